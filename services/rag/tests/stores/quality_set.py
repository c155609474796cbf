"""Passages of an invented company's handbook, and questions with the passages that answer them."""

PASSAGES = {
    "leave": (
        "Employees earn two and a half days of paid leave per month. Unused days lapse at the end of "
        "March of the following year."
    ),
    "sick": (
        "Whoever is ill calls the team lead before nine in the morning; a doctor's note is needed from "
        "the third day on."
    ),
    "parental": (
        "Mothers and fathers may stay at home for up to twelve months after a birth; the position is kept "
        "open for them."
    ),
    "remote": (
        "Working from home is possible on three days a week when the team agrees. Tuesdays are for "
        "meeting in person."
    ),
    "expenses": (
        "Travel costs are paid back within two weeks when receipts are handed in through the portal. "
        "Taxis need a reason."
    ),
    "trains": (
        "For journeys under five hours take the railway, second class. Flights are booked by the travel "
        "desk alone."
    ),
    "hotel": (
        "Overnight stays are covered up to 140 euros a night; breakfast is deducted from the daily allowance."
    ),
    "laptop": (
        "New colleagues receive a notebook computer on the first day. After four years it is exchanged "
        "for a new one."
    ),
    "password": (
        "Passphrases have at least sixteen characters. Do not use the same one twice, and keep them in "
        "the vault."
    ),
    "phishing": (
        "Do not open attachments of strange mails. Forward them to the security team and delete them "
        "afterwards."
    ),
    "vpn": (
        "Outside of the office, connect through the tunnel client first; without it the file shares are "
        "out of reach."
    ),
    "badge": "Lost door badges are blocked by the reception at once. A replacement costs fifteen euros.",
    "fire": (
        "When the alarm sounds, leave the building by the stairs and gather at the car park behind the "
        "canteen."
    ),
    "firstaid": (
        "First-aid kits hang beside the lifts on every floor. The defibrillator is at the main entrance."
    ),
    "canteen": "The canteen serves lunch from half past eleven to two. A vegan dish is always on the menu.",
    "parking": (
        "Parking spaces are given out by lot each January. Charging points for electric cars are in row C."
    ),
    "bicycle": "Bicycles may be leased through the company; the rate is taken from the gross salary.",
    "training": (
        "Everybody has five days a year for courses and conferences, and a budget of 1,200 euros for them."
    ),
    "mentor": "Each newcomer has a mentor for the first half year who answers questions and shows the house.",
    "review": (
        "Goals are discussed twice a year, in May and November. The talk is written down and signed by both."
    ),
    "bonus": (
        "A bonus of up to ten percent of the salary is paid in April, depending on the result of the company."
    ),
    "pension": "The company adds fifty percent to what employees pay into the pension fund, up to a limit.",
    "overtime": (
        "Hours beyond forty a week are written to the time account and taken off as free time within half "
        "a year."
    ),
    "e4711": (
        "Error E-4711: the paper feed is blocked. Open flap B, remove the sheet and close the flap until "
        "it clicks."
    ),
    "e4712": (
        "Error E-4712: the toner cartridge is empty. Order part TN-2420 from the stores and shake it "
        "before use."
    ),
    "e0815": (
        "Error E-0815: the scanner lamp does not light. Switch the device off for a minute, then call "
        "maintenance."
    ),
    "pump": (
        "The coolant pump CP-300 runs at 2,900 revolutions per minute; its bearings are greased every 500 "
        "hours."
    ),
    "pump2": "The coolant pump CP-500 runs at 1,450 revolutions per minute and needs no greasing.",
    "valve": (
        "Safety valve SV-12 opens at a pressure of eight bar. It is tested every second year by an inspector."
    ),
    "forklift": (
        "Forklifts are driven only by those who hold a licence. Loads are carried low and the horn is "
        "used at corners."
    ),
    "waste": (
        "Batteries and solvents go into the red containers. They are collected on the first Monday of the "
        "month."
    ),
    "noise": "Ear protection is worn in hall 3, where the presses reach ninety-five decibels.",
    "backup": "Servers are copied every night to the second data centre. Copies are kept for ninety days.",
    "restore": (
        "To get back a deleted document, open a ticket with the name of the folder and the date; it takes "
        "a day."
    ),
    "release": "Software is released on Wednesdays. A release needs two approvals and a plan for going back.",
    "oncall": "Engineers are on call for a week at a time. An alert is answered within fifteen minutes.",
    "postgres": (
        "The customer database runs on Postgres with one replica; the parameter max_connections is set to "
        "300."
    ),
    "logs": "Application logs are deleted after thirty days, audit logs after ten years.",
    "gdpr": (
        "Who asks for their personal data gets a copy within one month. Requests go to the data "
        "protection officer."
    ),
    "contract": (
        "Contracts above 50,000 euros are signed by two directors. The legal department keeps the originals."
    ),
    "invoice": (
        "Bills from suppliers are checked by the purchasing team and paid thirty days after they came."
    ),
    "samples": "Samples for customers are free up to three pieces; larger amounts are charged at half price.",
    "complaint": (
        "Complaints are answered on the same day. If goods are damaged we send new ones before the old "
        "are back."
    ),
    "warranty": "We repair or replace defective machines for thirty-six months after delivery.",
    "visitors": "Guests sign in at the front desk, wear a yellow ribbon and are accompanied in the halls.",
    "photos": "Taking pictures in production is forbidden without a written permission of the plant manager.",
    "smoking": "Smoking is allowed in the shelter beside gate 2 only.",
    "dogs": "Dogs may come along on Fridays if nobody in the room is afraid of or allergic to them.",
}

QUESTIONS = {
    "How many vacation days do I get?": {"leave": 2.0},
    "I have the flu, whom do I have to tell?": {"sick": 2.0},
    "Can I take time off after my baby is born?": {"parental": 2.0},
    "Am I allowed to work at home?": {"remote": 2.0},
    "How do I get my money back for a business trip?": {"expenses": 2.0, "hotel": 1.0},
    "Should I fly or go by rail?": {"trains": 2.0},
    "E-4711": {"e4711": 2.0},
    "printer shows error E-4712": {"e4712": 2.0, "e4711": 1.0},
    "TN-2420": {"e4712": 2.0},
    "speed of pump CP-500": {"pump2": 2.0, "pump": 1.0},
    "how often to grease the CP-300": {"pump": 2.0, "pump2": 1.0},
    "max_connections": {"postgres": 2.0},
    "SV-12 test interval": {"valve": 2.0},
    "I received a suspicious email": {"phishing": 2.0},
    "I cannot find my access card any more": {"badge": 2.0},
    "Where do we meet if the building burns?": {"fire": 2.0},
    "somebody's heart stopped, what equipment is there?": {"firstaid": 2.0},
    "Where can I charge my electric vehicle?": {"parking": 2.0},
    "how do I recover a file that I removed by mistake": {"restore": 2.0, "backup": 1.0},
    "how long are backups kept": {"backup": 2.0, "logs": 1.0},
    "What happens to extra hours?": {"overtime": 2.0},
    "guarantee period for broken machines": {"warranty": 2.0, "complaint": 1.0},
    "How fast must an engineer react to an alert at night?": {"oncall": 2.0},
    "Is it okay to bring my pet?": {"dogs": 2.0},
    "A customer wants to see the information we hold about him": {"gdpr": 2.0},
    "disposal of batteries": {"waste": 2.0},
}
