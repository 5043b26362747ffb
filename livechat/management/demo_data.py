"""A made-up world to try Parley in: three companies, their people, and what they ask."""

from __future__ import annotations

from typing import NamedTuple


class Company(NamedTuple):
    key: str
    name: str
    time_zone: str
    #: Name, region, time zone.
    sites: list[tuple[str, str, str]]
    #: The first is the default one.
    queues: list[str]


class Topic(NamedTuple):
    """What the customers of a company pick, or say."""

    name: str
    #: "Company - Queue".
    queue: str
    words: str
    regions: str = ""


class Staff(NamedTuple):
    email: str
    name: str
    group: str
    time_zone: str = "Europe/London"
    screen_name: str = ""
    #: "Company - Queue"; an agent's.
    queues: tuple[str, ...] = ()
    #: By the administrator.
    locked: bool = False
    #: Why he takes no chats just now.
    unavailable: str = ""


class Hours(NamedTuple):
    """Chat hours of a company: every day in `days` from one hour to another."""

    name: str
    company: str
    priority: int
    days: tuple[int, ...]
    since: int
    until: int
    message: str
    #: Month, day, name, and whether somebody is there all the same.
    holidays: tuple[tuple[int, int, str, bool], ...] = ()


class Person(NamedTuple):
    company: str
    key: str
    name: str
    title: str
    phone: str
    site: str
    vip: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@{self.company}.example"


GENERAL = "GENERAL"
DESK, WORKPLACE = "Halden Freight - Service Desk", "Halden Freight - Workplace"
CLINIC, NETWORK = "Fernlea Health - Service Desk", "Fernlea Health - Network"
APPLICATIONS = "Fernlea Health - Applications"
#: Tarn Council has no queue of its own: its chats wait in GENERAL.
COMPANIES = [
    Company(
        "halden",
        "Halden Freight",
        "Europe/London",
        [
            ("Harbour Terminal", "United Kingdom", "Europe/London"),
            ("Rotterdam Yard", "Benelux", "Europe/Amsterdam"),
            ("Gdynia Depot", "Baltic", "Europe/Warsaw"),
        ],
        ["Service Desk", "Workplace"],
    ),
    Company(
        "fernlea",
        "Fernlea Health",
        "Europe/Berlin",
        [
            ("Riverside Clinic", "North", "Europe/Berlin"),
            ("St Brannoc Hospital", "South", "Europe/Vienna"),
        ],
        ["Service Desk", "Network", "Applications"],
    ),
    Company(
        "tarn",
        "Tarn Council",
        "Europe/London",
        [("Town Hall", "", "Europe/London"), ("Library Annex", "", "Europe/London")],
        [],
    ),
]

#: Its chats go to a free agent by themselves; everywhere else agents accept by hand.
AUTO_ACCEPT = WORKPLACE
TOPICS = [
    Topic("Computer, mail or account", DESK, "password\nVPN\nmailbox\nlaptop"),
    Topic("Rooms and building", WORKPLACE, "meeting room\ndesk booking\nparking\nheating"),
    Topic("Cranes and scanners", DESK, "crane\nscanner app", regions="Benelux\nBaltic"),
    Topic("Network and printers", NETWORK, "printer\nWi-Fi\nnetwork drive"),
    Topic("Clinical applications", APPLICATIONS, "viewer\npatient record"),
]
#: Beside those of every installation.
REASONS = [("Training", True), ("Team meeting", True)]

#: The first is open at every moment and goes before the second, which shows what is usual.
HOURS = [
    Hours(
        "Halden Freight, around the clock",
        "halden",
        200,
        (0, 1, 2, 3, 4, 5, 6),
        0,
        24,
        "Nobody is at the service desk right now.",
        ((12, 25, "Christmas Day, skeleton crew", True),),
    ),
    Hours(
        "Halden Freight, office hours",
        "halden",
        100,
        (0, 1, 2, 3, 4),
        8,
        18,
        "The service desk is there from Monday to Friday, 8:00 to 18:00.",
        ((12, 25, "Christmas Day", False), (12, 26, "Boxing Day", False)),
    ),
]

#: Groups whose people open the administration.
ADMINISTRATORS = {"Chat administrator", "Alert administrator"}
STAFF = [
    Staff("admin@parley.example", "Anna Lindgren", "Chat administrator"),
    Staff("alerts@parley.example", "Paul Meier", "Alert administrator"),
    Staff(
        "noor@parley.example",
        "Noor Haddad",
        "Agent",
        screen_name="Noor H.",
        queues=(DESK, WORKPLACE, CLINIC, NETWORK, GENERAL),
    ),
    Staff(
        "mary@parley.example",
        "Mary Lindqvist",
        "Agent",
        "Europe/Stockholm",
        screen_name="Mary L.",
        queues=(DESK, NETWORK, CLINIC),
        locked=True,
    ),
    Staff(
        "theo@parley.example",
        "Theo Okonjo",
        "Agent",
        screen_name="Theo O.",
        queues=(APPLICATIONS, CLINIC),
        unavailable="Team meeting",
    ),
    Staff(
        "ines@parley.example",
        "Ines Ramos",
        "Agent",
        "Europe/Lisbon",
        screen_name="Ines R.",
        queues=(GENERAL, WORKPLACE),
    ),
    Staff("writer@parley.example", "Judit Varga", "Knowledge author"),
    Staff("editor@parley.example", "Marek Nowak", "Knowledge publisher"),
]

#: The first three of Halden Freight are offered on the demo page: free, in a chat, waiting.
PEOPLE = [
    Person(
        "halden", "rosa.calder", "Rosa Calder", "Payroll clerk", "+44 20 5550 0118",
        "Harbour Terminal",
    ),
    Person(
        "halden", "amara.okafor", "Amara Okafor", "Route planner, Operations", "+44 20 5550 0142",
        "Harbour Terminal", True,
    ),
    Person(
        "halden", "tomasz.zielak", "Tomasz Zielak", "Shift lead", "+48 58 555 0170", "Gdynia Depot"
    ),
    Person(
        "halden", "lucas.moreau", "Lucas Moreau", "Customs agent", "+31 10 555 0133",
        "Rotterdam Yard",
    ),
    Person(
        "halden", "sami.korhonen", "Sami Korhonen", "Fleet manager", "+44 20 5550 0156",
        "Harbour Terminal",
    ),
    Person(
        "halden", "owen.baird", "Owen Baird", "Office manager", "+44 20 5550 0101",
        "Harbour Terminal",
    ),
    Person(
        "halden", "hana.novak", "Hana Novak", "Crane operator", "+31 10 555 0187", "Rotterdam Yard"
    ),
    Person(
        "halden", "kofi.ndiaye", "Kofi Ndiaye", "Driver", "+44 20 5550 0129", "Harbour Terminal"
    ),
    Person(
        "fernlea", "jonas.weidner", "Jonas Weidner", "Ward manager", "+49 30 5550 144",
        "Riverside Clinic",
    ),
    Person(
        "fernlea", "elif.hartmann", "Elif Hartmann", "Consultant, Cardiology", "+49 30 5550 109",
        "Riverside Clinic", True,
    ),
    Person(
        "fernlea", "nils.aaker", "Nils Aaker", "Radiographer", "+43 1 5550 121",
        "St Brannoc Hospital",
    ),
    Person(
        "fernlea", "bea.vogel", "Bea Vogel", "Receptionist", "+43 1 5550 100",
        "St Brannoc Hospital",
    ),
    Person(
        "fernlea", "marta.silva", "Marta Silva", "Pharmacist", "+49 30 5550 163",
        "Riverside Clinic",
    ),
    Person(
        "fernlea", "yusuf.demir", "Yusuf Demir", "Nurse", "+49 30 5550 178", "Riverside Clinic"
    ),
    Person(
        "tarn", "priya.raman", "Priya Raman", "Finance officer", "+44 1632 960 214", "Town Hall"
    ),
    Person(
        "tarn", "dana.whitfield", "Dana Whitfield", "Rota coordinator", "+44 1632 960 233",
        "Town Hall",
    ),
    Person(
        "tarn", "callum.reid", "Callum Reid", "Librarian", "+44 1632 960 251", "Library Annex"
    ),
    Person(
        "tarn", "grace.obi", "Grace Obi", "Planning officer", "+44 1632 960 208", "Town Hall"
    ),
    Person(
        "tarn", "leo.marsh", "Leo Marsh", "Apprentice", "+44 1632 960 290", "Library Annex"
    ),
]  # fmt: skip
