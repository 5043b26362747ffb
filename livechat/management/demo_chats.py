"""What the made-up people have asked, when, and what they were told."""

from __future__ import annotations

from typing import NamedTuple

from livechat.management.demo_data import NETWORK, WORKPLACE

#: Who speaks: the customer, the agent, the agent in a side note.
C, A, N = "c", "a", "n"
MINUTE, HOUR, DAY = 60, 3600, 86_400


class Conversation(NamedTuple):
    """One chat. Seconds are counted from its start, which was `ago` seconds ago."""

    customer: str
    ago: int
    question: str
    #: "Company - Queue" when not the company's default one.
    queue: str = ""
    agent: str = ""
    accepted: int = 0
    lines: tuple[tuple[int, str, str], ...] = ()
    #: None: still open.
    ended: int | None = None
    #: The customer cancelled then.
    left: int | None = None
    #: The agent has closed it because the customer had gone: the end is that.
    abandoned: bool = False
    #: Handed to this agent, when, with this note.
    handed: tuple[str, int, str] | None = None


CHATS = [
    # --- waiting ---
    Conversation(
        "priya.raman",
        276,
        "Access to the finance share\n\nI moved to Finance on Monday and still cannot open "
        "the finance share. Could I have access before the budget meeting at two?",
    ),
    Conversation(
        "elif.hartmann",
        137,
        "Reset my second factor. My phone broke and the new one shows no codes.",
    ),
    Conversation(
        "tomasz.zielak",
        65,
        "New starter needs a badge. She begins tomorrow at six, night gate.",
    ),
    Conversation(
        "owen.baird",
        41,
        "My second monitor stays dark since the move. Guests arrive in twenty minutes.",
    ),
    # --- handed from one agent to another, who has not accepted it yet ---
    Conversation(
        "yusuf.demir",
        6 * MINUTE,
        "The handheld on ward 2 finds no Wi-Fi.",
        queue=NETWORK,
        agent="mary@parley.example",
        accepted=40,
        lines=(
            (65, A, "Hi Yusuf. Does it see other networks, or none at all?"),
            (130, C, "Others yes, only ours is not in the list."),
        ),
        handed=(
            "noor@parley.example",
            300,
            "The access point on ward 2 is up. Noor set these handhelds up last week.",
        ),
    ),
    # --- with an agent ---
    Conversation(
        "amara.okafor",
        14 * MINUTE,
        "VPN drops every ten minutes since Monday.",
        agent="noor@parley.example",
        accepted=70,
        lines=(
            (100, A, "Hi Amara, Noor here. Does it drop on Wi-Fi only, or cable too?"),
            (175, C, "Both. Every ten minutes, and the map drive goes with it."),
            (260, N, "LT-20417 is still on profile 3.1. Same as two calls yesterday."),
            (
                330,
                A,
                "Your laptop has an old VPN profile. Please open the VPN client, choose "
                "Profiles, then Get current profile, and reconnect. It takes a minute.",
            ),
            (700, C, "Done. It came back on its own this time!"),
            (816, C, "The map drive is still grey though"),
        ),
    ),
    Conversation(
        "lucas.moreau",
        18 * MINUTE,
        "Laptop will not wake after update.",
        agent="noor@parley.example",
        accepted=95,
        lines=(
            (130, A, "Good morning Lucas. Is there a light at the power button?"),
            (210, C, "A white one, it blinks slowly."),
            (
                260,
                A,
                "Then it sleeps and does not hear the keyboard. Hold the power button for "
                "fifteen seconds, wait ten, and press it once. Tell me what you see.",
            ),
            (612, C, "It restarts and then says it prepares updates."),
            (640, C, "Is that normal? It has been at 30 % for a while."),
            (980, C, "Hello? Is anyone still there?"),
        ),
    ),
    Conversation(
        "jonas.weidner",
        10 * MINUTE,
        "Label printer on ward 4 is offline.",
        queue=NETWORK,
        agent="mary@parley.example",
        accepted=45,
        lines=(
            (75, A, "Hello Jonas. Is it only that printer, or the one beside it as well?"),
            (160, C, "First only the one. The other one printed half a page."),
            (200, A, "I see both on the network switch. I am restarting their port now."),
            (250, N, "Port 14 on the ward 4 switch flaps. Ask Facilities to check the cable."),
            (408, C, "Same error on both of them now"),
        ),
    ),
    Conversation(
        "sami.korhonen",
        9 * MINUTE,
        "Shared mailbox is missing.",
        agent="mary@parley.example",
        accepted=120,
        lines=(
            (150, A, "Hi Sami, which mailbox is it?"),
            (190, C, "fleet-requests. It was there on Friday."),
            (300, A, "You were not in its group any more. I have added you again."),
            (330, A, "Please close the mail program, open it again, and look at the folder list."),
            (520, C, "Restarting it now, one moment."),
        ),
    ),
    Conversation(
        "dana.whitfield",
        13 * MINUTE,
        "Cannot open the rota spreadsheet.",
        agent="ines@parley.example",
        accepted=90,
        lines=(
            (120, A, "Hello Dana. What does it say when you open it?"),
            (170, C, "That it is locked by me. I have it open nowhere."),
            (220, A, "Then the server kept an old lock. Give me a minute to clear it."),
        ),
        left=610,
    ),
    # --- over ---
    Conversation(
        "hana.novak",
        2 * HOUR,
        "Scanner app asks for a licence key.",
        agent="noor@parley.example",
        accepted=35,
        lines=(
            (60, A, "Hi Hana. Which handheld is it? The number is on the back."),
            (95, C, "HH-0417"),
            (180, A, "Its licence ran out last night. I have renewed it, please restart the app."),
            (290, C, "Works again. Thank you!"),
            (310, A, "Good. Have a calm shift."),
        ),
        ended=330,
    ),
    Conversation(
        "nils.aaker",
        5 * HOUR,
        "Images open very slowly in the viewer.",
        agent="theo@parley.example",
        accepted=160,
        lines=(
            (200, A, "Hello Nils, since when, and in all rooms?"),
            (260, C, "Since seven, only in room 2. Room 1 is fine."),
            (
                420,
                A,
                "Room 2 took the slow line after last night’s work. I have set it back. "
                "Please open one study again.",
            ),
            (540, C, "Two seconds now. Perfect."),
        ),
        ended=600,
    ),
    Conversation(
        "callum.reid",
        DAY + 2 * HOUR,
        "Public computers ask for a password after closing time.",
        agent="ines@parley.example",
        accepted=50,
        lines=(
            (90, A, "Hi Callum. All of them?"),
            (130, C, "All six, since yesterday at 18:00."),
            (260, A, "The opening hours in the booking system ended yesterday. I extended them."),
            (410, C, "They show the start page again. Thanks Ines."),
        ),
        ended=450,
    ),
    Conversation(
        "kofi.ndiaye",
        DAY + 5 * HOUR,
        "New phone setup: where do I get the work profile?",
        agent="mary@parley.example",
        accepted=80,
        lines=(
            (110, A, "Hello Kofi! Is it a company phone or your own?"),
            (150, C, "Company. From the box, still at the first screen."),
            (
                190,
                A,
                "Then it sets itself up: connect it to the Wi-Fi HALDEN-SETUP and sign in with "
                "your work e-mail. It takes about ten minutes.",
            ),
            (1010, C, "All there. Mail and the route app too."),
        ),
        ended=1060,
    ),
    Conversation(
        "amara.okafor",
        3 * DAY,
        "Mail stuck in outbox",
        agent="mary@parley.example",
        accepted=60,
        lines=(
            (85, A, "Hi Amara. How large is the attachment?"),
            (120, C, "40 MB, the new route maps."),
            (
                170,
                A,
                "Mail stops at 25 MB. Put the maps into the Operations folder and send the link "
                "instead: right-click, then Copy link.",
            ),
            (420, C, "Sent. I did not know that, thanks."),
        ),
        ended=480,
    ),
    Conversation(
        "grace.obi",
        3 * HOUR,
        "The plotter prints only half of each plan.",
        agent="ines@parley.example",
        accepted=75,
        lines=(
            (100, A, "Hello Grace. Which paper size does the plotter show on its own display?"),
            (170, C, "A3, I think. I will go and look."),
            (900, A, "Are you still there? If it says A3, choose A1 in its menu and print again."),
        ),
        ended=2700,
        abandoned=True,
    ),
    Conversation(
        "owen.baird",
        DAY + 3 * HOUR,
        "The heating in room Harbour 2 cannot be turned down.",
        queue=WORKPLACE,
        agent="ines@parley.example",
        accepted=4,
        lines=(
            (40, A, "Good morning Owen. Is the small display on the wall lit?"),
            (75, C, "Yes, it says 26 and a lock."),
            (200, A, "I have unlocked it. Set it to what you like, it takes ten minutes."),
            (230, C, "That did it."),
        ),
        ended=260,
    ),
    Conversation(
        "marta.silva",
        4 * HOUR,
        "Payslip page is blank. Never mind, it just loaded.",
        left=95,
    ),
]
