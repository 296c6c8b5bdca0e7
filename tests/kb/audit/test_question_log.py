"""The log of questions: entries are read back as written, and every change of its files is detected."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kb.audit.log_check import check_log
from kb.audit.log_entries import MAX_ENTRY_BYTES, NewEntry, entry_line, erased_entries
from kb.audit.question_log import CHECKPOINT, COMING, HEAD_FOLDER, LOG_FOLDER, PRIVATE, PUBLIC, QuestionLog, log_of_home
from kb.audit.signed_head import HeadSigner, key_of_text, verified_head
from kb.errors import LogError
from kb.messages import LANGUAGES, words

if TYPE_CHECKING:
    from kb.audit.log_check import LogReport

ROOT = Path(__file__).resolve().parents[3]


def entry(n: int) -> NewEntry:
    cited = [{"unit": f"urn:kb:{n}", "sha256": f"{n:064x}"}]
    return NewEntry("question", {"cited": cited}, {"question": f"What of {n}? 왜?", "user": "kim"}, "index")


def log_with(home: Path, size: int) -> QuestionLog:
    """A log in several files, written one by one and several at a time."""
    log = replace(log_of_home(home), file_bytes=2_000)
    for n in range(0, size, 3):
        log.append([entry(n)])
        log.append([entry(n + 1), entry(n + 2)])
    return log


def said_of(report: LogReport) -> str:
    assert all(words(each, lang) for each in (*report.faults, *report.remarks) for lang in LANGUAGES)
    return " ".join(words(each, "en") for each in report.faults)


def test_what_is_logged_is_read_back_and_whole(tmp_path: Path) -> None:
    log = log_with(tmp_path, 60)
    report = check_log(log)
    assert report.is_whole and (report.size, report.kept, report.erased) == (60, 60, 0), said_of(report)
    assert len(list((tmp_path / LOG_FOLDER).glob("entries-*"))) > 2
    found = list(log.entries())
    assert [each.n for each in found] == list(range(1, 61))
    assert found[4].values == {"question": "What of 4? 왜?", "user": "kim"}
    lines = b"".join(path.read_bytes() for path in (tmp_path / LOG_FOLDER).glob("entries-*"))
    assert b"What of" not in lines and b"kim" not in lines
    assert (tmp_path / HEAD_FOLDER / PRIVATE).stat().st_mode & 0o077 == 0


def test_an_unpaired_surrogate_and_long_words_are_logged(tmp_path: Path) -> None:
    log = log_of_home(tmp_path)
    log.append([NewEntry("question", {}, {"question": "half \ud800 of a pair"})])
    assert check_log(log).is_whole and next(log.entries()).values == {"question": "half \ud800 of a pair"}
    with pytest.raises(LogError, match="more than"):
        log.append([NewEntry("question", {"x": "x" * 5_000_000})])
    assert check_log(log).size == 1


# --- tampering


def _some_file(home: Path, chance: random.Random, pattern: str = "*.jsonl") -> Path:
    return chance.choice(sorted((home / LOG_FOLDER).glob(pattern)))


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def flip_a_bit(home: Path, chance: random.Random) -> None:
    path = chance.choice([*sorted((home / LOG_FOLDER).iterdir()), home / HEAD_FOLDER / CHECKPOINT,
                          home / HEAD_FOLDER / PUBLIC])  # fmt: skip
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data) - (path.name == PUBLIC))  # the last line end of the key says nothing
    data[at] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def cut_the_tail(home: Path, chance: random.Random) -> None:
    path = sorted((home / LOG_FOLDER).glob("entries-*"))[-1]
    lines = _lines(path)
    path.write_bytes(b"".join(lines[: chance.randrange(len(lines))]))


def cut_inside_a_line(home: Path, chance: random.Random) -> None:
    path = _some_file(home, chance)
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(1, len(data))])


def cut_tail_and_values(home: Path, chance: random.Random) -> None:
    for pattern in ("entries-*", "personal-*"):
        path = sorted((home / LOG_FOLDER).glob(pattern))[-1]
        path.write_bytes(b"".join(_lines(path)[:-1]))


def take_a_line(home: Path, chance: random.Random) -> None:
    path = _some_file(home, chance)
    lines = _lines(path)
    del lines[chance.randrange(len(lines))]
    path.write_bytes(b"".join(lines))


def swap_two_lines(home: Path, chance: random.Random) -> None:
    path = _some_file(home, chance)
    lines = _lines(path)
    i, j = chance.sample(range(len(lines)), 2)
    lines[i], lines[j] = lines[j], lines[i]
    path.write_bytes(b"".join(lines))


def double_a_line(home: Path, chance: random.Random) -> None:
    path = _some_file(home, chance)
    lines = _lines(path)
    i = chance.randrange(len(lines))
    path.write_bytes(b"".join([*lines[: i + 1], lines[i], *lines[i + 1 :]]))


def take_a_whole_file(home: Path, chance: random.Random) -> None:
    files = [*sorted((home / LOG_FOLDER).iterdir()), home / HEAD_FOLDER / CHECKPOINT, home / HEAD_FOLDER / PUBLIC]
    chance.choice(files).unlink()


def take_the_folder(home: Path, chance: random.Random) -> None:
    shutil.rmtree(home / chance.choice([LOG_FOLDER, HEAD_FOLDER]))


def swap_two_files(home: Path, chance: random.Random) -> None:
    first, second = chance.sample(sorted((home / LOG_FOLDER).glob(chance.choice(["entries-*", "personal-*"]))), 2)
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)


def edit_a_fact(home: Path, chance: random.Random) -> None:
    path = _some_file(home, chance, "entries-*")
    lines = _lines(path)
    i = chance.randrange(len(lines))
    data = json.loads(lines[i])
    data["data"]["cited"] = []
    lines[i] = json.dumps(data, separators=(",", ":")).encode() + b"\n"
    path.write_bytes(b"".join(lines))


def edit_a_value(home: Path, chance: random.Random) -> None:
    path = _some_file(home, chance, "personal-*")
    lines = _lines(path)
    i = chance.randrange(len(lines))
    data = json.loads(lines[i])
    data["values"]["question"][1] = "another question"
    lines[i] = json.dumps(data, separators=(",", ":")).encode() + b"\n"
    path.write_bytes(b"".join(lines))


def add_an_entry(home: Path, chance: random.Random) -> None:
    path = sorted((home / LOG_FOLDER).glob("entries-*"))[-1]
    path.write_bytes(path.read_bytes() + b'{"n":31,"kind":"question"}\n')


def count_less(home: Path, chance: random.Random) -> None:
    path = home / HEAD_FOLDER / CHECKPOINT
    origin, size, rest = path.read_text("utf-8").split("\n", 2)
    path.write_text(f"{origin}\n{int(size) - 1}\n{rest}", "utf-8")


def sign_with_another_key(home: Path, chance: random.Random) -> None:
    head = log_of_home(home).head()
    signer = HeadSigner(head.origin, chance.randbytes(32))
    (home / HEAD_FOLDER / CHECKPOINT).write_text(signer.signed(replace(head, size=head.size)), "utf-8")


def write_it_anew(home: Path, chance: random.Random) -> None:
    """The entries are rewritten with a chain that is right in itself: a bare chain would not notice."""
    other = home.with_name(f"{home.name}-other")
    log_with(other, chance.choice([27, 30, 33]))
    shutil.rmtree(home / LOG_FOLDER)
    shutil.copytree(other / LOG_FOLDER, home / LOG_FOLDER)
    shutil.rmtree(other)


def add_a_file(home: Path, chance: random.Random) -> None:
    (home / LOG_FOLDER / f"entries-{chance.randrange(50, 99):06d}.jsonl").write_bytes(b"{}\n")


TAMPERINGS = [
    flip_a_bit, cut_the_tail, cut_inside_a_line, cut_tail_and_values, take_a_line, swap_two_lines, double_a_line,
    take_a_whole_file, take_the_folder, swap_two_files, edit_a_fact, edit_a_value, add_an_entry, count_less,
    sign_with_another_key, write_it_anew, add_a_file,
]  # fmt: skip


def test_three_hundred_tamperings_are_all_found(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    log_with(whole, 30)
    assert check_log(log_of_home(whole)).is_whole
    chance = random.Random(16)
    missed = []
    for n in range(300):
        home = tmp_path / f"home-{n}"
        shutil.copytree(whole, home)
        tamper = TAMPERINGS[n % len(TAMPERINGS)]
        tamper(home, chance)
        report = check_log(log_of_home(home))
        if report.is_whole:
            missed.append((n, tamper.__name__))
        assert said_of(report) or report.is_whole
        shutil.rmtree(home)
    assert missed == []


def test_a_damaged_log_takes_no_entry_and_stays_as_it_is(tmp_path: Path) -> None:
    log = log_with(tmp_path, 6)
    cut_the_tail(tmp_path, random.Random(1))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(LogError, match="not what its head was signed for"):
        log.append([entry(7)])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


# --- what a checkpoint that was kept elsewhere proves


def test_a_kept_checkpoint_finds_a_log_that_was_put_back_or_made_anew(tmp_path: Path) -> None:
    home = tmp_path / "home"
    log = log_with(home, 6)
    shutil.copytree(home, tmp_path / "earlier")
    log.append([entry(7)])
    kept, key = log.checkpoint(), str(log.key())
    log.append([entry(8)])
    assert check_log(log, kept, key).is_whole
    back = check_log(log_of_home(tmp_path / "earlier"), kept, key)
    assert "has 6 entries; the earlier checkpoint counted 7" in said_of(back)
    anew = log_with(tmp_path / "anew", 9)
    assert check_log(anew).is_whole
    assert "another key" in said_of(check_log(anew, kept)) and "another key" in said_of(check_log(anew, key=key))


def test_the_checkpoint_is_a_signed_note_of_its_size(tmp_path: Path) -> None:
    log = log_with(tmp_path, 9)
    note = log.checkpoint()
    origin, size, *_ = note.split("\n")
    assert origin.startswith("standards-kb/log/") and size == "9"
    key = key_of_text(f"{log.key()}\n")
    assert verified_head(note, key).size == 9
    for broken in (note.replace("\n9\n", "\n8\n"), note[:-4] + "AA=\n", "", note + "x", note.replace("parts", "part")):
        with pytest.raises(LogError):
            verified_head(broken, key)


# --- erasure and retention


def test_values_are_erased_and_the_log_stays_whole(tmp_path: Path) -> None:
    log = log_with(tmp_path, 30)
    assert log.erase(lambda each: each.values.get("user") == "kim" and each.n <= 12, "asked by the person") == 12
    report = check_log(log)
    assert report.is_whole and (report.size, report.erased) == (31, 12), said_of(report)
    found = list(log.entries())
    assert found[3].is_erased and found[12].values
    assert found[30].kind == "erased" and found[30].data["entries"] == [[1, 12]]
    kept = b"".join(path.read_bytes() for path in (tmp_path / LOG_FOLDER).iterdir())
    assert b"What of 3?" not in kept and b"What of 13?" in kept
    assert log.erase(lambda each: each.n <= 12, "again") == 0


def test_very_many_erased_entries_are_named_in_several() -> None:
    numbers = list(range(1, 200_002, 2))
    made = erased_entries(numbers, "a half")
    assert [len(each.data["entries"]) for each in made] == [50_000, 50_000, 1]
    assert [first for each in made for first, _ in each.data["entries"]] == numbers
    assert all(len(entry_line(9_999_999, "2026-11-30T00:00:00Z", each, {}, b"")) < MAX_ENTRY_BYTES for each in made)


def test_old_values_are_erased_by_themselves(tmp_path: Path) -> None:
    log = log_of_home(tmp_path)
    replace(log, clock=lambda: datetime(2020, 1, 1, tzinfo=UTC)).append([entry(1), entry(2)])
    replace(log, keep_days=30).append([entry(3)])
    report = check_log(log)
    assert report.is_whole and (report.size, report.kept, report.erased) == (4, 1, 2), said_of(report)


# --- interruptions


@pytest.mark.parametrize("step", ["head alone", "values", "half a line", "all lines"])
def test_an_interrupted_writing_is_brought_to_its_end(tmp_path: Path, step: str) -> None:
    home, after = tmp_path / "home", tmp_path / "after"
    log = log_with(home, 6)
    shutil.copytree(home, after)
    log_of_home(after).append([entry(7)])
    (home / HEAD_FOLDER / COMING).write_bytes((after / HEAD_FOLDER / CHECKPOINT).read_bytes())
    names = {
        "head alone": [],
        "values": ["personal"],
        "half a line": ["personal"],
        "all lines": ["personal", "entries"],
    }
    for path in (after / LOG_FOLDER).iterdir():
        if path.name.partition("-")[0] in names[step]:
            shutil.copy(path, home / LOG_FOLDER / path.name)
    if step == "half a line":
        path = sorted((after / LOG_FOLDER).glob("entries-*"))[-1]
        (home / LOG_FOLDER / path.name).write_bytes(path.read_bytes()[:-30])
    assert check_log(log).is_whole  # what was not finished is no fault
    log.append([entry(8)])
    report = check_log(log)
    assert report.is_whole and not report.remarks, said_of(report)
    assert report.size == (8 if step == "all lines" else 7)


@pytest.mark.parametrize("folder", [LOG_FOLDER, HEAD_FOLDER])
def test_an_empty_folder_is_no_log_yet(tmp_path: Path, folder: str) -> None:
    """A kill while a log is begun leaves the folder of the entries; a person may make the head's beforehand."""
    (tmp_path / folder).mkdir()
    log = log_of_home(tmp_path)
    assert not log.exists
    assert log.append([entry(1)]) == 1
    assert log.exists and check_log(log).is_whole


def test_a_number_that_is_none_is_an_unreadable_line(tmp_path: Path) -> None:
    log = log_with(tmp_path, 1)
    path = log.values_file(1)
    path.write_bytes(path.read_bytes().replace(b'{"n":1,', b'{"n":1e999,'))
    assert "cannot be read" in said_of(check_log(log))


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom kb.audit.log_entries import NewEntry\n"
        "from kb.audit.question_log import log_of_home\nlog = log_of_home(Path(sys.argv[1]))\n"
        "for n in range(10): log.append([NewEntry('question', {'n': n}, {'question': sys.argv[2]})])\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(n)], cwd=ROOT) for n in range(3)]
    assert [each.wait(100) for each in running] == [0, 0, 0]
    log = log_of_home(tmp_path)
    report = check_log(log)
    assert report.is_whole and report.size == 30, said_of(report)
    assert sorted(each.values["question"] for each in log.entries()) == sorted("012" * 10)


def test_a_full_disk_costs_the_entry_and_not_the_log(tmp_path: Path) -> None:
    """The bound on the size of a file stands for a disk that is full in the middle of a line."""
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom kb.audit.log_entries import NewEntry\n"
        "from kb.audit.question_log import log_of_home\nfrom kb.errors import LogError\n"
        "log = log_of_home(Path(sys.argv[1]))\nresource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))\n"
        "for n in range(100):\n"
        "    try: log.append([NewEntry('question', {'n': n, 'x': 'x' * 90}, {'question': 'y' * 70})])\n"
        "    except LogError as error: sys.exit(str(error))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("the log cannot be written: "), done.stderr
    log = log_of_home(tmp_path)
    before = check_log(log)
    assert before.is_whole and before.size > 5, said_of(before)
    log.append([entry(1)])
    after = check_log(log)
    assert after.is_whole and not after.remarks and after.size == before.size + 1, said_of(after)
