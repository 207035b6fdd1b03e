"""Stand-ins that behave like Slack, Zoho and Google, for the demo and the tests. The product never imports them.

demo.py               `zsync demo`: starts it all and opens the page; tour.py tells the whole journey in the terminal
running.py world.py   what a demo is made of, how it starts and stops
slack/ google/ zoho/  a stand-in each, `stand_in.py` first: what it answers, what it keeps, what people do in it
page/                 the demo's page: what it shows and does, in assets/ as the browser gets it
seed.py               the people and companies in it; faults.py what can go wrong
"""
