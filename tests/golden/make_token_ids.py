"""Writes token-ids.json: awkward texts and the ids that Python's tokenizers give them, no special tokens added.

python3 tests/golden/make_token_ids.py      (from the root; tokenizers 0.23)
"""
import json
from pathlib import Path

from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    "", " ", "\n\t\r\n", "hello", "Hello, World!", "it's a don't-care isn't it?", "UPPER lower MiXeD",
    "caf\u00e9 na\u00efve co\u00f6perate r\u00e9sum\u00e9", "cafe\u0301 with a combining accent", "\u00c5ngstr\u00f6m \u00df \u0130stanbul \u0131",
    "\u65e5\u672c\u8a9e\u306e\u6587\u3002\u4e2d\u6587\u6587\u672c", "\ud55c\uad6d\uc5b4 \ubb38\uc7a5\uc785\ub2c8\ub2e4", "\u0440\u0443\u0441\u0441\u043a\u0438\u0439 \u0442\u0435\u043a\u0441\u0442 \u0419\u0451",
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd", "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645\u064e", "\u202eright to left override\u202c mark \u200f",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01", "emoji \U0001f600\U0001f680 in words\U0001f44d\U0001f3fd",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea \u2764\ufe0f", "null\x00byte \x00 alone\x00", "control \x01\x02\x7f characters\x1b[0m", "\ufeffwith a byte order mark",
    "\ufffd replaced \ufffd", "zero\u200bwidth\u200dspace and soft\u00adhyphen", "non\u00a0breaking\u2003spaces\u3000everywhere", "line\u2028separator\u2029paragraph",
    "[CLS] [SEP] [PAD] [MASK] [UNK] in a text", "[cls] [sep] <s> </s>", "http://example.org/a?b=c&d=e#f", "someone@example.org #tag @name",
    "1,234.56 \u20ac -7 3e-10 \u00bd \u2460 \u0661\u0662\u0663", "$#@!%^&*()_+{}|:\"<>?~`-=[]\\;',./", "\u201cquoted\u201d \u2018single\u2019 \u2014 dash \u2026", "a" * 99, "a" * 100, "a" * 101,
    "pneumonoultramicroscopicsilicovolcanoconiosis antidisestablishmentarianism", "\uff26\uff55\uff4c\uff4c \uff57\uff49\uff44\uff54\uff48", "\ufb01ne \ufb02y \u1e9e",
    "\U0001d573\U0001d55a \U0001d4d7 math", "\U00020000\U0002a6d6 rare han", "\u0300\u0301\u0302 only accents", "x" + "\u0301" * 50, "the the the the", ". . . ...", "\U0010ffff last \ue000 private",
]
tokenizer = Tokenizer.from_file(str(ROOT / "resources/encoders/handful-mini/tokenizer.json"))
tokenizer.no_padding()
tokenizer.no_truncation()
rows = [json.dumps([text, tokenizer.encode(text, add_special_tokens=False).ids], separators=(",", ":")) for text in TEXTS]
(ROOT / "tests/golden/token-ids.json").write_text("[\n" + ",\n".join(rows) + "\n]\n")
print(len(rows), "texts")
