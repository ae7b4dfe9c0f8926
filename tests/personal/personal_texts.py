"""Texts with known values in them."""

import numpy as np
import pyarrow as pa

from parhelion.personal import PersonalConfig, mask, values_of

FOUND = (
    ("My name is Xzavira Qorlund.", "name", "Xzavira Qorlund"),
    ("I spoke to Jane Smith about it.", "name", "Jane Smith"),
    ("Mein Name ist Jürgen Müller und", "name", "Jürgen Müller"),
    ("Je m'appelle Amélie Dubois.", "name", "Amélie Dubois"),
    ("Me llamo José García López y", "name", "José García López"),
    ("Mi chiamo Giulia Rossi, ciao", "name", "Giulia Rossi"),
    ("Mijn naam is Jan de Vries.", "name", "Jan de Vries"),
    ("Meu nome é João da Silva", "name", "João da Silva"),
    ("Меня зовут Анна Иванова", "name", "Анна Иванова"),
    ("George W. Bush was there", "name", "George W. Bush"),
    ("Best regards,\nKatarzyna Nowak", "name", "Katarzyna Nowak"),
    ("Dear Anna, thank you", "first_name", "Anna"),
    ("hi john its me", "first_name", "john"),
    ("اسمي محمد", "first_name", "محمد"),
    ("Sehr geehrte Frau Schneider, danke", "last_name", "Schneider"),
    ("Geachte mevrouw van den Berg,", "last_name", "van den Berg"),
    ("write to j.smith+x@mail.example.org.", "email", "j.smith+x@mail.example.org"),
    ("john (at) example (dot) com", "email", "john (at) example (dot) com"),
    ("call +44 (0)20 7946 0958 now", "phone", "+44 (0)20 7946 0958"),
    ("call (212) 555-2368 now", "phone", "(212) 555-2368"),
    ("on 06 12 34 56 78 please", "phone", "06 12 34 56 78"),
    ("phone 0\u200b79\u200b46 123 456 please", "phone", "0\u200b79\u200b46 123 456"),
    ("Hauptstraße 12 in Berlin", "address", "Hauptstraße 12"),
    ("at 10 Downing Street, London", "address", "10 Downing Street"),
    ("au 12 rue de la République", "address", "12 rue de la République"),
    ("en Calle Mayor 5, Madrid", "address", "Calle Mayor 5"),
    ("postcode SW1A 2AA please", "postcode", "SW1A 2AA"),
    ("1234 AB Amsterdam", "postcode", "1234 AB"),
    ("zip 12345", "postcode", "12345"),
    ("follow @maria_k today", "username", "maria_k"),
    ("username: jo.hn", "username", "jo.hn"),
    ("pay to DE89 3704 0044 0532 0130 00 now", "iban", "DE89 3704 0044 0532 0130 00"),
    ("card 4111 1111 1111 1111 stolen", "credit_card", "4111 1111 1111 1111"),
    ("CPF 529.982.247-25 aqui", "national_id", "529.982.247-25"),
    ("number AB 12 34 56 C is mine", "national_id", "AB 12 34 56 C"),
    ("from 192.168.1.1 today", "ip_address", "192.168.1.1"),
    ("from 2001:db8::1 today", "ip_address", "2001:db8::1"),
    ("see https://foo.bar/x?y=1, ok", "url", "https://foo.bar/x?y=1"),
    ("see www.x.com.", "url", "www.x.com"),
    ("my pin is 8391 2764", "code", "8391 2764"),
    ("code ZX81-Q77", "code", "ZX81-Q77"),
    ("281265017", "code", "281265017"),
    ("it is x7Kq-92LP here", "code", "x7Kq-92LP"),
    ("pin ８３\u200b９１", "code", "８３\u200b９１"),
    ("the password is hunter2 ok", "code", "hunter2"),
    ("password: correcthorse", "code", "correcthorse"),
    ("pin 8 3 9 1 2", "code", "8 3 9 1 2"),
    ("dob 17/03/1962", "code", "17/03/1962"),
)
NOBODYS = (
    "Pay £1000, 3.5 % at 2 pm or 12:30 on 12/05/2021, 21 May 2005; 250 g for 100 people",
    "Will you mark my rose? May I hope? The sky over Paris in April.",
    "iPhone 12 pro, 4G, mp3, 2nd, 24/7, 9am-5pm, 1st class, €12.50, 100km, January 15, 2018",
    "Hello Team, hello there, Dear Customer, Dear Sir or Madam, thanks all",
    "my password is not working and the code is wrong, I forgot my user name again",
    "Ich möchte bitte mit der Bank sprechen. Il est tard. El sol es grande. La mia carta non va.",
    "i cant go tomorrow. u there? ok.see you at the mall",
    "",
    "😀😀 ❤️",
)


def found(text):
    return [(value.sort, value.text) for value in values_of(pa.array([text]))[0]]


def masked(texts, protect=10, **config):
    return mask(pa.array(texts, pa.string()), np.arange(len(texts)), PersonalConfig(**config), protect)
