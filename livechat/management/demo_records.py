"""What the made-up service desks keep: what people use, how work is sorted, tickets so far."""

from __future__ import annotations

from typing import Any, NamedTuple

from livechat.management.demo_chats import DAY, HOUR, MINUTE

INCIDENT, WORK_ORDER = "incident", "work_order"

#: Name, company or "", e-mails of the members.
GROUPS = [
    ("Service Desk", "", ("noor", "mary", "ines")),
    ("Network", "", ("mary", "noor")),
    ("Workplace", "halden", ("ines", "noor")),
    ("Clinical applications", "fernlea", ("theo",)),
]
SERVICES = [
    ("E-mail", ""), ("Network", ""), ("Printing", ""), ("Remote access", ""), ("Telephony", ""),
    ("Crane control", "halden"), ("Patient record", "fernlea"), ("Image viewer", "fernlea"),
]  # fmt: skip
#: By tree; a path a line.
CATEGORIES = {
    "operational": [
        "Fault", "Fault › Access", "Fault › Hardware", "Fault › Performance",
        "Fault › Performance › At one site", "Request", "Request › Access",
        "Request › Equipment", "Request › Move",
    ],
    "product": [
        "Hardware", "Hardware › Handheld", "Hardware › Laptop", "Hardware › Phone",
        "Hardware › Printer", "Network", "Network › VPN", "Network › Wi-Fi", "Software",
        "Software › Mail", "Software › Office", "Software › Clinical",
    ],
}  # fmt: skip


class Template(NamedTuple):
    name: str
    purpose: str
    #: By field; rows by name, categories by path.
    fills_in: dict[str, Any]
    kinds: tuple[str, ...] = (INCIDENT,)
    company: str = ""
    #: Beside what every ticket needs.
    required: tuple[str, ...] = ()


TEMPLATES = [
    Template(
        "Remote access fault",
        "VPN does not connect, drops, or is slow",
        {"urgency": 2, "product_category": "Network › VPN", "group": "Network",
         "service": "Remote access"},
        required=("impact", "operational_category"),
    ),
    Template(
        "Printer fault",
        "A printer is offline, jams or prints badly",
        {"impact": 3, "urgency": 3, "operational_category": "Fault › Hardware",
         "product_category": "Hardware › Printer", "service": "Printing"},
        required=("site",),
    ),
    Template(
        "Reset second factor",
        "A phone was lost or replaced, and shows no codes",
        {"summary": "Reset second factor", "impact": 4, "urgency": 2,
         "operational_category": "Request › Access", "group": "Service Desk",
         "description": "Identity checked by a call back to the number on record."},
        kinds=(WORK_ORDER,),
    ),
    Template(
        "New starter",
        "Badge, laptop and accounts for somebody who begins",
        {"summary": "New starter", "impact": 4, "urgency": 3, "group": "Workplace",
         "operational_category": "Request › Equipment"},
        kinds=(WORK_ORDER,),
        company="halden",
        required=("due_at", "site"),
    ),
    Template(
        "Image viewer is slow",
        "Studies open slowly, or not at all",
        {"impact": 2, "urgency": 2, "operational_category": "Fault › Performance",
         "product_category": "Software › Clinical", "group": "Clinical applications",
         "service": "Image viewer"},
        company="fernlea",
        required=("impact", "asset"),
    ),
]  # fmt: skip

#: Tag, name, kind, who uses it or the company, hostname, status.
ASSETS = [
    ("LT-20417", "Laptop, 14 inch", "laptop", "amara.okafor", "lt-20417", "in_use"),
    ("PH-3310", "Work phone", "phone", "amara.okafor", "", "in_use"),
    ("DK-0912", "Dock, two monitors", "dock", "amara.okafor", "", "in_use"),
    ("LT-20388", "Laptop, 13 inch", "laptop", "lucas.moreau", "lt-20388", "in_use"),
    ("LT-20390", "Laptop, 14 inch", "laptop", "sami.korhonen", "lt-20390", "in_use"),
    ("PC-1107", "Desktop, payroll", "desktop", "rosa.calder", "pc-1107", "in_use"),
    ("HH-0417", "Handheld scanner", "other", "hana.novak", "hh-0417", "in_use"),
    ("PH-3388", "Work phone", "phone", "kofi.ndiaye", "", "in_use"),
    ("PH-3290", "Work phone", "phone", "kofi.ndiaye", "", "retired"),
    ("MO-0551", "Monitor, 27 inch", "monitor", "owen.baird", "", "in_use"),
    ("LT-20455", "Laptop, 14 inch", "laptop", "halden", "lt-20455", "in_stock"),
    ("PR-HT2", "Printer, Harbour 2", "printer", "halden", "pr-ht2", "in_use"),
    ("LT-7712", "Laptop, 15 inch", "laptop", "elif.hartmann", "lt-7712", "in_use"),
    ("TB-0031", "Ward tablet", "tablet", "yusuf.demir", "tb-0031", "in_repair"),
    ("PR-W4", "Label printer, ward 4", "printer", "jonas.weidner", "pr-w4", "in_use"),
    ("WS-0208", "Reading station, room 2", "desktop", "nils.aaker", "ws-0208", "in_use"),
    ("SV-IMG1", "Image archive", "server", "fernlea", "sv-img1", "in_use"),
    ("LT-0114", "Laptop, 14 inch", "laptop", "priya.raman", "lt-0114", "in_use"),
    ("PL-0001", "Plotter, planning", "printer", "grace.obi", "pl-0001", "in_use"),
    ("PC-0606", "Public computer", "desktop", "callum.reid", "pc-0606", "in_use"),
]


class Alert(NamedTuple):
    title: str
    text: str
    service: str
    companies: tuple[str, ...]
    #: Seconds from now; None: until somebody ends it.
    since: int
    until: int | None
    shown: bool


ALERTS = [
    Alert(
        "Harbour VPN gateway is slow",
        "Connections drop or take minutes. Cable and Wi-Fi at the sites are fine. We are moving "
        "traffic to the second gateway and write here again at the full hour.",
        "Remote access", ("halden",), -40 * MINUTE, None, True,
    ),
    Alert(
        "Patient record: planned maintenance",
        "Read only meanwhile, for an hour and a half. Print what a ward needs beforehand.",
        "Patient record", ("fernlea",), 3 * DAY, 3 * DAY + 90 * MINUTE, True,
    ),
    Alert(
        "Mail to outside addresses is delayed", "", "E-mail", (), -2 * DAY, -2 * DAY + HOUR, False
    ),
]  # fmt: skip


class Work(NamedTuple):
    """One ticket, opened `ago` seconds ago; its steps are spread over `took` seconds."""

    customer: str
    ago: int
    summary: str
    values: dict[str, Any]
    kind: str = INCIDENT
    by: str = "noor"
    template: str = ""
    #: ("note" | "comment", text), ("status", name), ("resolve", text) or ("cancel", "").
    steps: tuple[tuple[str, str], ...] = ()
    took: int = HOUR


FAULT = {"impact": 3, "urgency": 3, "operational_category": "Fault › Hardware"}
TICKETS = [
    Work(
        "amara.okafor", 3 * HOUR, "VPN drops every ten minutes",
        {"impact": 3, "asset": "LT-20417", "operational_category": "Fault › Performance"},
        template="Remote access fault",
        steps=(
            ("note", "Same profile 3.1 as two calls yesterday."),
            ("comment", "We are looking at the gateway. You will read here when it is better."),
            ("status", "Pending"),
        ),
    ),
    Work(
        "lucas.moreau", 40 * MINUTE, "Laptop does not wake after the update",
        {**FAULT, "asset": "LT-20388", "product_category": "Hardware › Laptop",
         "assignee": "noor", "group": "Service Desk"},
        took=10 * MINUTE,
    ),
    Work(
        "jonas.weidner", 5 * HOUR, "Label printer on ward 4 is offline",
        {"asset": "PR-W4", "site": "Riverside Clinic", "group": "Network", "assignee": "mary",
         "impact": 2},
        by="mary", template="Printer fault",
        steps=(
            ("note", "Port 14 on the ward 4 switch flaps. Facilities check the cable."),
            ("status", "Assigned"),
        ),
    ),
    Work(
        "elif.hartmann", 26 * HOUR, "Reset second factor", {"assignee": "mary"}, WORK_ORDER,
        by="mary", template="Reset second factor",
        steps=(
            ("comment", "We call you back on the number on record within the hour."),
            ("resolve", "Called back, new phone enrolled."),
        ),
    ),
    Work(
        "nils.aaker", 2 * DAY, "Images open slowly in room 2",
        {"asset": "WS-0208", "impact": 2, "assignee": "theo"}, by="theo",
        template="Image viewer is slow",
        steps=(("resolve", "Room 2 took the slow line after the night’s work; set back."),),
    ),
    Work(
        "hana.novak", 6 * HOUR, "Scanner app asks for a licence key",
        {**FAULT, "asset": "HH-0417", "product_category": "Hardware › Handheld"},
        steps=(("resolve", "Licence renewed until the end of next year."),), took=20 * MINUTE,
    ),
    Work(
        "owen.baird", 30 * MINUTE, "Second monitor stays dark since the move",
        {**FAULT, "asset": "MO-0551", "group": "Workplace", "assignee": "ines"}, by="ines",
        took=5 * MINUTE,
    ),
    Work(
        "priya.raman", 4 * HOUR, "Access to the finance share",
        {"impact": 4, "urgency": 2, "operational_category": "Request › Access",
         "group": "Service Desk"},
        WORK_ORDER, by="ines", steps=(("comment", "Your manager has been asked to agree."),
                                      ("status", "Pending")),
    ),
    Work(
        "yusuf.demir", 3 * DAY, "Ward tablet has a cracked screen",
        {**FAULT, "asset": "TB-0031", "service": "Patient record"}, by="mary",
        steps=(("note", "Sent to the supplier, a spare is on ward 2."), ("status", "Pending")),
    ),
    Work(
        "kofi.ndiaye", 5 * DAY, "Work profile for a new phone",
        {"impact": 4, "urgency": 4, "asset": "PH-3388",
         "operational_category": "Request › Equipment"},
        WORK_ORDER, by="mary", steps=(("resolve", "Set up by himself with HALDEN-SETUP."),),
    ),
    Work(
        "grace.obi", 7 * HOUR, "Plotter prints only half of each plan",
        {**FAULT, "asset": "PL-0001", "product_category": "Hardware › Printer"}, by="ines",
        steps=(("note", "No answer any more; the chat was given up."), ("cancel", "")),
    ),
    Work(
        "sami.korhonen", 8 * DAY, "Mail stops after every attachment",
        {"impact": 2, "urgency": 2, "service": "E-mail", "product_category": "Software › Mail",
         "asset": "LT-20390"},
        steps=(("comment", "Limit is 25 MB; larger ones go by link."),
               ("resolve", "Explained, and the limit is in the article.")),
    ),
    Work(
        "callum.reid", DAY, "Public computers ask for a password after closing time",
        {"impact": 3, "urgency": 4, "asset": "PC-0606", "group": "Service Desk",
         "assignee": "ines"},
        by="ines", steps=(("resolve", "Opening hours in the booking system extended."),),
    ),
]  # fmt: skip
