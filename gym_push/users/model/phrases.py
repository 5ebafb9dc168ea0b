"""The phrases that the text of a notification is put together from.

A text is `opening mood body hook`. The opening belongs to the class of the app and names who sends
it; the others belong to its voice: the mood tells the sentiment, the body the topic, and the hook
the enticement, so that the wording carries signal. Only bodies have blanks beside {name}, and any
mood and hook of a voice goes with any body, at any hour.

Blanks of a body: {other} is somebody who does not send it; {place}; {day} a weekday to come and
{past} one that has been, neither of them today's; {time} a time of day to come, perhaps tomorrow's;
{hello} a greeting for the hour; {n} a digit from 2 to 9.
"""

from typing import Final, NamedTuple

Phrases = tuple[str, ...]
Levels = tuple[Phrases, Phrases, Phrases]
"""Three phrases for each of a low, a middling and a high level."""

NAMES: Final = (
    "Zoë", "Rosa", "Hugo", "Liam", "Aoife", "Maya", "José", "Priya", "Siân", "Tom", "Fatima",
    "Noah", "Anaïs", "Kenji", "Ella", "Søren", "Grace", "Ivan", "Chloe", "Omar", "Nina", "Paddy",
    "Lucía", "Ben",
)  # fmt: skip
OTHERS: Final = (
    "Hannah", "Marek", "Ines", "Joe", "Amélie", "Raj", "Lotte", "Sam", "Yuki", "Carla", "Finn",
)  # fmt: skip
PLACES: Final = (
    "the market hall", "the old bridge", "Café Linden", "the library", "Park Street", "the harbour",
    "the station", "the town hall", "Orchard Road", "the stadium", "the museum", "Mill Lane",
    "the pool",
)  # fmt: skip
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TIMES: Final = (
    "8:45", "9:20", "10:00", "11:30", "12:40", "13:15", "15:00", "16:10", "17:30", "18:45", "20:00",
)  # fmt: skip
GREETINGS: Final = ("Good night", "Good morning", "Good afternoon", "Good evening")


class Voice(NamedTuple):
    """A way of speaking that some classes of apps share.

    Attributes:
        moods: By sentiment.
        hooks: By enticement.
        bodies: For each topic.
    """

    moods: Levels
    hooks: Levels
    bodies: dict[str, Phrases]


CHAT: Final = Voice(
    moods=(
        ("Ugh.", "😕", "Oh dear."),
        ("", "", ""),
        ("😊", "Yay!", "❤️"),
    ),
    hooks=(
        ("No rush.", "Not urgent.", "It can wait."),
        ("", "Let me know.", "Talk soon."),
        ("Please reply now!", "Answer me!", "Text me at once!"),
    ),
    bodies={
        "people": ("{other} says hello.", "Meeting {other} on {day}, come along.",
                   "{other} is in town until {day}."),
        "work": ("My shift moved to {time}.", "{other} liked my draft.",
                 "The new shifts start on {day}."),
        "shopping": ("Saw a jacket for you near {place}.", "{other} is selling the bike.",
                     "Shopping on {day}, {other} is coming too."),
        "news": ("Did you read about {place}?", "They vote on the cycle path on {day}.",
                 "{other} is in the paper, page {n}."),
        "sport": ("Training is at {time}, by {place}.", "{other} needs one more player on {day}.",
                  "We won on {past}, {n} to 1."),
        "entertainment": ("Two seats left for the concert on {day}.",
                          "I found that song you were humming.",
                          "The new season starts on {day}."),
        "finance": ("Dinner on {past} came to 1{n}.40 each.", "The tickets were {n}.50 each.",
                    "The bank wants the form by {day}."),
        "travel": ("The train leaves at {time}, from platform {n}.", "My flight is on {day}.",
                   "I found a little hotel by the lake."),
        "tech": ("My laptop died, I am on the phone.", "The router works again.",
                 'Try the new camera app, it is called "Pixie".'),
        "unknown": ("I can be at {place} by {time}.", "Are we still on for {day}?",
                    "About {day}: the morning or the evening?", "On my way, 1{n} minutes.",
                    "{other} just told me.", "Can I call you at {time}?",
                    "One question about {day}.", "I am asking {other}.",
                    "See you at {place}, {time}.", "{hello}! Are you free on {day}?",
                    "I left my keys at {place}.", "Guess who I met on {past}: {other}.",
                    "Make it {time}, please.", "Are you near {place}?",
                    "Tell me about {past}.", "News from {other}.", "Lunch at {place} on {day}?",
                    "Back in {n} minutes."),
    },
)  # fmt: skip
MAIL: Final = Voice(
    moods=(
        ("I am sorry.", "Sorry for the trouble.", "A bit worried."),
        ("", "", ""),
        ("Thank you so much!", "With great pleasure:", "A joy to write this:"),
    ),
    hooks=(
        ("– no action needed", "– for your records", "– no answer needed"),
        ("", "– details inside", "– see below"),
        ("– please confirm now!", "– your answer is needed!", "– urgent!"),
    ),
    bodies={
        "people": ("Invitation: {other}'s birthday, {day}", "Photos from {past} at {place}"),
        "work": ("Minutes of the meeting, with actions", "Draft contract, version {n}"),
        "shopping": ("Sizes and prices, from {other}", "Receipt for {n} lamps"),
        "news": ("Works at {place} from {day}", "The vote on {day}: who is who"),
        "sport": ("Fixtures for {day}, and the team sheet", "Run on {day}, start at {place}"),
        "entertainment": ("Our tickets for {day}", "The film club's list for the month"),
        "finance": ("Invoice 204{n}8, due on {day}", "The rent, and who has paid"),
        "travel": ("Rooms near {place}, from {day}", "Trains for {day}, and a map"),
        "tech": ("How the new printer works", "Your laptop is ready on {day}"),
        "unknown": ("Re: {day}", "Fwd: a question, and some dates", "What we spoke about on {past}",
                    "Following up, {day} or later", 'Re: your note, "{place}"', "{n} attachments"),
    },
)  # fmt: skip
FEED: Final = Voice(
    moods=(
        ("Oh no 😢", "Feeling low:", "Not my week:"),
        ("", "", ""),
        ("Wonderful! 🎉", "Love this ❤️", "So proud!"),
    ),
    hooks=(
        ("– seen by a few", "– in case you missed it", "– from your wider circle"),
        ("", "– take a look", "– 3 comments"),
        ("– everyone is replying!", "– you have to see this!", "– do not miss it!"),
    ),
    bodies={
        "people": ("With {other} at {place}", "Old friends, on {past}"),
        "work": ("First week in the new job", "Our team looks for a designer"),
        "shopping": ("Selling my bike, pick-up at {place}", "Found this lamp, and a chair"),
        "news": ("What happened at {place} on {past}", "A thread about the vote on {day}"),
        "sport": ("1{n} km with {other}", "Full house at {place} on {past}"),
        "entertainment": ("Live set at {place} on {day}", "My ten films of the year"),
        "finance": ("How I saved for a year off", "Ask me about budgets on {day}"),
        "travel": ("Sunrise over {place}", "{n} days, two trains, one tent"),
        "tech": ("My desk, now with fewer cables", "I built a clock that tells jokes"),
        "unknown": ("A new photo", "A story from {past}", "{past}, in one picture",
                    "Hello from {place}", "{other} and I"),
    },
)  # fmt: skip
TITLES: Final = Voice(
    moods=(
        ("People are upset:", "A sad one:", "😢"),
        ("", "", ""),
        ("People love it:", "A happy one:", "😊"),
    ),
    hooks=(
        ("– in brief", "– for later", "– in case you missed it"),
        ("", "– our pick", "– take a look"),
        ("– everyone talks about it!", "– do not miss it!", "– now at the top!"),
    ),
    bodies={
        "people": ("The nurse who knits for {place}", "Two sisters talk about growing up"),
        "work": ("The four-day week, a year on", "The quiet office"),
        "shopping": ("The last shop near {place}", "Second-hand clothes outsell new"),
        "news": ("What next for {place}", "The vote on {day}, explained"),
        "sport": ("The derby that went to extra time", "The team for {day}, with two surprises"),
        "entertainment": ("A new album, and a tour from {day}", "The play at {place}, reviewed"),
        "finance": ("Rents near {place}, street by street", "How the central bank sets rates"),
        "travel": ("Night trains return to {place}", "{n} walks, each under two hours"),
        "tech": ("A battery that lasts a week", "Phones, tested"),
        "unknown": ("{n} small things that help", "Letters from {place}", "A day with {other}",
                    "What {other} did next"),
    },
)  # fmt: skip
CARDS: Final = Voice(
    moods=(("Sorry:", "Oh dear:", "Bad news:"), ("", "", ""), ("Good news:", "Nice:", "Great:")),
    hooks=(
        ("– no action needed", "– for later", "– just in case"),
        ("", "– tap for details", "– more in the app"),
        ("– important!", "– take a look now!", "– do not miss it!"),
    ),
    bodies={
        "people": ("{other}'s birthday is on {day}", "{other} likes {place}"),
        "work": ("Your commute on {day}", "Quiet cafés near {place}, with desks"),
        "shopping": ("Shops near {place}", "Open late near {place} on {day}"),
        "news": ("Works at {place} from {day}", "Polling stations near {place} for {day}"),
        "sport": ("Match at {place} on {day}, busy streets", "1{n} km on foot since {past}"),
        "entertainment": ("Concert at {place} on {day}", "Films near {place}"),
        "finance": ("Parking near {place}, from {n}.50", "Card payment at {place}: 2{n}.50"),
        "travel": ("Leave by {time} for {place}", "2{n} minutes to {place} by bus"),
        "tech": ("Offline map of {place}, 1{n}0 MB", "Photos to back up: 3{n}"),
        "unknown": ("Rain near {place} until {time}", "Rain near {place} on {day}",
                    "Busy near {place}, {n} minutes more", "Your plan for {day}",
                    "Your visit to {place}", "Street fair at {place} on {day}",
                    "Your bus to {place}: {time}"),
    },
)  # fmt: skip
ENTRIES: Final = Voice(
    moods=(("Sigh.", "Oh dear.", "😕"), ("", "", ""), ("At last!", "Hooray!", "😊")),
    hooks=CARDS.hooks,
    bodies={
        "people": ("{other}'s birthday is on {day}", "Coffee with {other}, {time}"),
        "work": ("Hand in the draft by {day}", "Ask {other} about the shift on {day}"),
        "shopping": ("Milk, eggs, bread", "Pick up the parcel at {place} by {day}"),
        "news": ("Vote on {day}", "Renew the paper by {day}"),
        "sport": ("Swim at {time}", "Match at {place} on {day}"),
        "entertainment": ("Concert at {place} on {day}", "Film night with {other} on {day}"),
        "finance": ("Rent is due on {day}", "Card payment on {day}: 2{n}.50"),
        "travel": ("Bus from {place}, {time}, stop {n}", "Pack for {day}"),
        "tech": ("Back up the laptop", "Repair café at {place} on {day}"),
        "unknown": ("Laundry room, {time}", "Tidy up by {day}", "See {other} at {time}",
                    "Plan {day}", "Water the plants", "Call {other} at {time}",
                    "Fetch the bike from {place} by {day}", "Bake for {other} by {day}"),
    },
)  # fmt: skip
DEVICE: Final = Voice(
    moods=(("Failed:", "Warning:", "Problem:"), ("", "", ""), ("Done:", "All good:", "Success:")),
    hooks=(
        ("– no action needed", "– for your information", "– just in case"),
        ("", "– tap for options", "– tap for details"),
        ("– please check now!", "– confirm it now!", "– tap now!"),
    ),
    bodies={
        "people": ("Backup of contacts, {n} new", "Family library, set up by {other}"),
        "work": ("Work profile check", "VPN set-up"),
        "shopping": ("Payment check", "{n} purchases, receipts"),
        "news": ("News app update", "Magazine download"),
        "sport": ("Fitness app update", "Step counter, since {past}"),
        "entertainment": ("{n} downloads, 1.2 GB", "Game app update"),
        "finance": ("Card in your wallet", "Bank app update"),
        "travel": ("Travel app update", "Download: map of {place}, 1{n}0 MB"),
        "tech": ("System update", "Security scan"),
        "unknown": ("{n} apps, updates from {past}", "Storage check, {n}.1 GB free",
                    "Backup from {past}", "Scan of 3{n} apps"),
    },
)  # fmt: skip
OFFERS: Final = Voice(
    moods=(
        ("Prices are going up.", "Nearly gone 😢", "Sorry, few left."),
        ("", "", ""),
        ("Hooray!", "Treat yourself!", "You deserve it 😊"),
    ),
    hooks=(
        ("– terms apply", "– while stocks last", "– if you like"),
        ("", "– see the offer", "– free returns"),
        ("– last chance!", "– only a few left!", "– buy now!"),
    ),
    bodies={
        "people": ("Gifts for {other}, from {n}.90", "A voucher for {other}"),
        "work": ("Desks and chairs, 1{n} % off", "Notebooks, three for two"),
        "shopping": ("Something in your basket is waiting", "New in: bags, belts, hats"),
        "news": ("Magazines, a month for 1 euro", "Bestsellers, half price until {day}"),
        "sport": ("Running shoes, 2{n} % off", "Bikes, 1{n} % off until {day}"),
        "entertainment": ("Films from {n}.99 until {day}", "Box set, complete, half price"),
        "finance": ("{n} % back until {day}", "Pay later, in three parts"),
        "travel": ("Suitcases from {n}9", "Tents, 2{n} % off until {day}"),
        "tech": ("Headphones, now {n}9.90", "Trade in your old phone by {day}"),
        "unknown": ("Picked for you since {past}", "Your offers until {day}",
                    "Free delivery until {day}", "A thank-you, until {day}"),
    },
)  # fmt: skip
CALLS: Final = Voice(
    moods=(
        ("Sounds upset.", "Sounds worried.", "Sounds tired."),
        ("", "", ""),
        ("Sounds cheerful.", "Sounds delighted.", "Big smile 😊"),
    ),
    hooks=(
        ("It can wait.", "No need to call back.", "Nothing urgent."),
        ("", "Call back when you like.", "Will try again."),
        ("Please call back right away!", "Tried three times!", "Urgent!"),
    ),
    bodies={
        "people": ("About {other}.", "About the visit on {day}."),
        "work": ("About the shift on {day}.", "About the draft."),
        "shopping": ("About the order.", "From the shop near {place}."),
        "news": ("About the vote on {day}.", "About the story on {place}."),
        "sport": ("About the match on {day}.", "About training, {time}."),
        "entertainment": ("About the concert.", "About tickets for {day}."),
        "finance": ("About the invoice.", "About the rent."),
        "travel": ("From {place}, waiting.", "About the train, {time}."),
        "tech": ("About the laptop.", "About the wifi, again."),
        "unknown": ("From {place}.", "About {day}.", "Also called on {past}.",
                    "About what you asked."),
    },
)  # fmt: skip

VOICES: Final[dict[str, tuple[Voice, Phrases]]] = {
    "msg": (CHAT, ("{name}:",)),
    "group": (CHAT, ("{name} in #weekend:", "{name} in #climbing:")),
    "email": (MAIL, ("{name}:", "{name} wrote:")),
    "dating": (CHAT, ("{name} sent a message:", "{name}, 2 km away:")),
    "social": (FEED, ("{name} posted:", "{name} shared:")),
    "news": (TITLES, ("", "For you:")),
    "media": (TITLES, ("New episode:", "Up next:")),
    "assistant": (CARDS, ("",)),
    "calendar": (ENTRIES, ("{name} added:", "", "Reminder:")),
    "call": (CALLS, ("Voicemail from {name}.",)),
    "system": (DEVICE, ("",)),
    "promo": (OFFERS, ("",)),
}
"""For each class of apps, its voice and its openings. Where a class has openings with and without
{name}, those with it are for senders who matter, and the others for nobody in particular."""
