"""What made-up tickets are about."""

INCIDENTS = (
    "drops every {n} minutes", "is slow since the update", "does not start", "asks for a password",
    "shows a blank screen", "cannot be reached from floor {n}", "forgets its settings",
    "prints page {n} twice", "says error {n}", "is locked", "makes a strange noise", "is full",
)  # fmt: skip
ORDERS = (
    "for desk {n}", "for a new starter", "for {n} people", "on floor {n}", "for the night shift",
    "replaced", "moved to room {n}", "taken back", "for somebody from Oslo",
)  # fmt: skip
THINGS = (
    "VPN", "Mail", "Label printer", "Laptop", "Work phone", "Badge reader", "Map drive", "Wi-Fi",
    "Scanner", "Rota spreadsheet", "Finance share", "Second monitor", "Desk dock", "Time sheet",
    "Browser", "Shared calendar", "Meeting room screen", "Ward terminal", "Gate camera", "Backup",
)  # fmt: skip
FIRST = (
    "Amara", "Lucas", "Jonas", "Dana", "Priya", "Elif", "Tomasz", "Ada", "Mary", "Noor", "Ines",
    "Kofi", "Yuki", "Lena", "Omar", "Sara", "Pavel", "Rosa", "Chidi", "Freya",
)  # fmt: skip
LAST = (
    "Okafor", "Moreau", "Weidner", "Whitfield", "Raman", "Hartmann", "Zielak", "Byron", "Lind",
    "Haddad", "Ferreira", "Mensah", "Tanaka", "Vogel", "Farouk", "Nilsson", "Novak", "Delgado",
    "Obi", "Larsen",
)  # fmt: skip
PLACES = (
    "Halden Freight", "Fernlea Health", "Tarn Council", "Ostra Mills", "Quill Press", "Brook Foods",
    "Vale Transit", "Corrie Energy", "Penhale Port", "Sable Insurance",
)  # fmt: skip
GROUPS = ("Network", "Workplace", "Applications", "Field service", "Accounts", "Printing")
