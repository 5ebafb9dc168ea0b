"""The phrases that the text of a notification is put together from.

A text is `frame(mood body hook)`. The frame belongs to the class of the app; mood, body and hook to
its voice: the mood tells the sentiment, the body the topic, and the hook the enticement, so that
the wording carries signal. Blanks: {name} is the sender, {other} somebody else, {place}, {day} and
{time} what they say.
"""

from typing import Final, NamedTuple

Phrases = tuple[str, ...]

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


class Voice(NamedTuple):
    """A way of speaking that some classes of apps share.

    Attributes:
        moods: Openings for a low, a middling and a high sentiment.
        hooks: Endings for a low, a middling and a high enticement.
        bodies: Sentences for each topic.
    """

    moods: tuple[Phrases, Phrases, Phrases]
    hooks: tuple[Phrases, Phrases, Phrases]
    bodies: dict[str, Phrases]


CHAT: Final = Voice(
    moods=(
        ("Sorry about this.", "Ugh, what a day.", "Bad news 😕"),
        ("", "", "Hi!"),
        ("Lovely news!", "So happy 😊", "Brilliant!"),
    ),
    hooks=(
        ("No rush.", "Just so you know.", "No need to reply."),
        ("", "Let me know.", "What do you think?"),
        ("Can you answer right away?", "Please reply now!", "You have to see this!"),
    ),
    bodies={
        "people": ("{other} is in town and asked about you.", "Mum and {other} say hello.",
                   "We are all meeting at {place} on {day}."),
        "work": ("The slides for {day} are in the folder.", "Our meeting moved to {time}.",
                 "{other} came back on the draft, with comments."),
        "shopping": ("We are out of milk, eggs and bread.", "They have your jacket near {place}.",
                     "Your parcel is with {other}, at number 12."),
        "news": ("Did you read about {place}?", "They finally voted on the cycle path.",
                 "The paper has a story about {other}, page 7."),
        "sport": ("Training is at {time}, by {place}.", "The match starts at {time}.",
                  "{other} needs one more player on {day}."),
        "entertainment": ("Two seats left for the concert on {day}.",
                          "I found that song you were humming.",
                          "The new season starts tonight, {time}."),
        "finance": ("I sent you my half of the rent.", "Dinner came to 18.40 each.",
                    "The bank asked about the transfer again."),
        "travel": ("The train leaves at {time}, from platform 4.",
                   "Our flight is on {day}, at {time}.", "I booked the little hotel by the lake."),
        "tech": ("My laptop is updating, I am on the phone.", "The router works after a restart.",
                 'Try the new camera app, it is called "Pixie".'),
        "unknown": ("I am near {place} until {time}.", "Are we still on for {day}?",
                    "About what you asked: {day}, {time} or so.", "On my way, ten minutes.",
                    "{other} just told me.", "Call you at {time}?", "Yes, that works.",
                    "One question, when you have a moment.", "Thanks, got it.",
                    "Hold on, I am checking.", "See you at {place}, {time}.",
                    "Good night, talk on {day}."),
    },
)  # fmt: skip
MAIL: Final = Voice(
    moods=(("We are sorry.", "A problem came up."), ("", ""), ("Good news!", "Thank you so much!")),
    hooks=(
        ("For your records.", "No action needed."),
        ("", "Details inside."),
        ("Your answer is needed today.", "Please confirm now."),
    ),
    bodies={
        "people": ("Invitation: {other}'s birthday, {day} at {time}",
                   "Photos from {day} at {place}"),
        "work": ("Minutes of {day}'s meeting, with actions", "Draft contract, version 3"),
        "shopping": ("Your order ships on {day}", "Receipt for two items from {place}"),
        "news": ("Neighbourhood letter: works at {place}", "This week in your city"),
        "sport": ("Fixtures for {day}, and the team sheet", "Your run club meets at {place}"),
        "entertainment": ("Your tickets for {day}, {time}", "The film club's list for the month"),
        "finance": ("Invoice 20418, due on {day}", "Your monthly statement is ready"),
        "travel": ("Booking: {place}, {day} to Sunday", "Check-in opens on {day} at {time}"),
        "tech": ("New sign-in to your account", "Your storage is 80 % full"),
        "unknown": ("Re: {day}", "Fwd: a question, and some dates", "What we spoke about",
                    "Following up, {day} or {time}", 'Re: your note, "{place}"', "Two attachments"),
    },
)  # fmt: skip
FEED: Final = Voice(
    moods=(("Oh no 😢", "Not the best day."), ("", ""), ("Wonderful! 🎉", "What a day ❤️")),
    hooks=(
        ("Seen by a few.", "From last week."),
        ("", "Take a look."),
        ("Everyone is replying!", "You have to see this!"),
    ),
    bodies={
        "people": ("With {other} at {place}", "Old friends, {day} night"),
        "work": ("First day in the new job", "Our team is looking for a designer"),
        "shopping": ("Selling my bike, pick-up at {place}", "Found this lamp, and a chair"),
        "news": ("What happened at {place} on {day}", "A thread about the vote"),
        "sport": ("10 km before {time}", "{place}, full house for the final"),
        "entertainment": ("Live set at {place}, {day}", "My ten films of the year"),
        "finance": ("How I saved for a year off", "Ask me about budgets, {day} {time}"),
        "travel": ("Sunrise over {place}", "Three days, two trains, one tent"),
        "tech": ("My desk, now with fewer cables", "I built a clock that tells jokes"),
        "unknown": ("A new photo", "A story from {day}", "{day}, in one picture",
                    "Hello from {place}"),
    },
)  # fmt: skip
HEADLINES: Final = Voice(
    moods=(("Concern grows:", "A setback:"), ("", ""), ("Celebration:", "Good news:")),
    hooks=(
        ("In brief.", "From the archive."),
        ("", "Read more."),
        ("Happening now!", "Live, minute by minute."),
    ),
    bodies={
        "people": ("The nurse who knits for {place}", "{name} and {other} talk about growing up"),
        "work": ("Four-day week: what {place} learned", "Offices try a quiet {day}"),
        "shopping": ("Shops near {place} open until {time}", "Second-hand clothes outsell new"),
        "news": ("Council decides on {place}", "Vote on {day}: what it is about"),
        "sport": ("The derby ends in extra time", "Team for {day} named, with two surprises"),
        "entertainment": ("A new album, and a tour from {day}", "The play at {place}, reviewed"),
        "finance": ("Rents near {place}, street by street", "Rates stay, says central bank"),
        "travel": ("Night trains return to {place}", "Ten walks, each under two hours"),
        "tech": ("A battery that lasts a week", "Phones, tested: our list"),
        "unknown": ("Today's picks for you", "New since {day}", "Five things to know, at {time}",
                    "Most liked near {place}"),
    },
)  # fmt: skip
REMINDERS: Final = Voice(
    moods=(("It is tight:", "Delays ahead:"), ("", ""), ("All clear:", "Right on time:")),
    hooks=(
        ("No action needed.", "For later."),
        ("", "Tap for details."),
        ("Leave now!", "Starting any minute!"),
    ),
    bodies={
        "people": ("{other}'s birthday is on {day}", "Coffee with {name}, {place}, {time}"),
        "work": ("Stand-up at {time}, room 4", "Review with {other}, {time}"),
        "shopping": ("Your list: milk, eggs, bread", "Pick up the parcel at {place}"),
        "news": ("Your briefing for {day}", "Polling station: {place}, until {time}"),
        "sport": ("Swim at {time}", "Kick-off at {place}, {time}"),
        "entertainment": ("Concert at {place}, doors {time}", "Film night with {other}, {time}"),
        "finance": ("Rent is due on {day}", "Card payment on {day}: 23.50"),
        "travel": ("{time} train from {place}, platform 2", "27 minutes to {place}"),
        "tech": ("Back up the laptop", "Appointment at the repair café, {time}"),
        "unknown": ("Rain until {time}, then sun", "{day}, {time}: one entry",
                    "Busy near {place} until {time}", "Your plan for {day}"),
    },
)  # fmt: skip
DEVICE: Final = Voice(
    moods=(("Something went wrong:", "Warning:"), ("", ""), ("All good:", "Done:")),
    hooks=(
        ("Runs in the background.", "No action needed."),
        ("", "Tap for options."),
        ("Act now to keep your data.", "Your attention is needed!"),
    ),
    bodies={
        "people": ("Contacts synchronised, 3 new", "{name} shared a location: {place}"),
        "work": ("Work profile checked", "VPN, connection since {time}"),
        "shopping": ("Payment app verified", "2 purchases, receipts saved"),
        "news": ("News widget refreshed at {time}", "What is new in this version"),
        "sport": ("6 412 steps by {time}", "Watch paired with fitness app"),
        "entertainment": ("3 downloads, 1.2 GB", "Cast to the living room, {time}"),
        "finance": ("Card added to wallet", "Bank app asks for a new sign-in"),
        "travel": ("Time zone set, {time}", "Offline map of {place}, 140 MB"),
        "tech": ("System update, restart at {time}", "Battery saver, below 20 %"),
        "unknown": ("4 apps, updates from {day}", "Storage check, 2.1 GB free",
                    "Wi-Fi near {place}, saved", "Scheduled check, {time}"),
    },
)  # fmt: skip
OFFERS: Final = Voice(
    moods=(("You missed one.", "Prices are going up."), ("", ""), ("Hooray!", "Treat yourself!")),
    hooks=(
        ("Terms apply.", "While stocks last."),
        ("", "See the offer."),
        ("Only today!", "Last chance, ends at midnight!"),
    ),
    bodies={
        "people": ("Gifts for {other}, from 9.90", "Send {name} a voucher"),
        "work": ("Desks and chairs, 15 % off", "Notebooks, three for two"),
        "shopping": ("Something in your basket is waiting", "New in: coats, scarves, hats"),
        "news": ("Magazines, a month for 1 euro", "The paper, six weeks free"),
        "sport": ("Running shoes, 20 % off", "Tickets for the game on {day}"),
        "entertainment": ("Films from 2.99 on {day}", "Box set, complete, half price"),
        "finance": ("5 % back on groceries", "Pay later, in three parts"),
        "travel": ("Rooms near {place} from 59", "Trains to the coast, {day} from 19"),
        "tech": ("Headphones, now 39.90", "Trade in your old phone"),
        "unknown": ("Picked for you, since {day}", "10 points until your next coffee",
                    "A thank-you, until {day}", "Open late near {place}, {time}"),
    },
)  # fmt: skip
CALLS: Final = Voice(
    moods=(("Sounds upset.", "Sounds worried."), ("", ""), ("Sounds cheerful.", "Big smile 😊")),
    hooks=(
        ("No message left.", "No need to call back."),
        ("", "Call back when you like."),
        ("Please call back right away!", "Third try in ten minutes!"),
    ),
    bodies={
        "people": ("About {other}.", "About the family on {day}."),
        "work": ("About the meeting at {time}.", "About {day}'s shift."),
        "shopping": ("About your order.", "At the shop, near {place}."),
        "news": ("About the vote on {day}.", "About the story on {place}."),
        "sport": ("About the match on {day}.", "About training, {time}."),
        "entertainment": ("About the concert.", "About tickets for {day}."),
        "finance": ("About the invoice.", "About the rent."),
        "travel": ("Waiting at {place}.", "About the train at {time}."),
        "tech": ("About the laptop.", "About the wifi, again."),
        "unknown": ("At {time}.", "At {time}, from {place}.", "Called on {day} too.",
                    "Will try again at {time}."),
    },
)  # fmt: skip

VOICES: Final[dict[str, tuple[Voice, Phrases]]] = {
    "msg": (CHAT, ("{name}: {text}",)),
    "group": (CHAT, ("{name} in Flatmates: {text}", "{name} in #weekend: {text}")),
    "email": (MAIL, ("{name}: {text}", "{name} wrote: {text}")),
    "dating": (CHAT, ("{name} sent a message: {text}", '{name}, 2 km away: "{text}"')),
    "social": (FEED, ('{name} posted: "{text}"', "{name} tagged you: {text}")),
    "news": (HEADLINES, ("{text}", "For you: {text}")),
    "media": (HEADLINES, ("New episode: {text}", "Watch next: {text}")),
    "assistant": (REMINDERS, ("{text}",)),
    "calendar": (REMINDERS, ("{text}", "Reminder: {text}")),
    "call": (CALLS, ("Missed call from {name}. {text}",)),
    "system": (DEVICE, ("{text}",)),
    "promo": (OFFERS, ("{text}",)),
}
"""For each class of apps, its voice and its frames."""
