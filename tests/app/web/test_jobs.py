"""Background jobs: one at a time, stopped by their owner, forgotten when there are too many."""

from __future__ import annotations

import threading

import pytest

from app.web.jobs import Job, Jobs, problem_words
from kb.errors import ConfigError
from kb.types import notice


def ended(job: Job) -> str:
    for _ in range(600):
        if not job.is_under_way:
            break
        threading.Event().wait(0.02)
    return job.state


def test_jobs_are_done_in_turn() -> None:
    jobs: Jobs[Job] = Jobs()
    first, second, order = Job(), Job(), []
    go = threading.Event()
    jobs.start(first, lambda: (go.wait(10), order.append(1))[-1])
    jobs.start(second, lambda: order.append(2))
    jobs.start(second, lambda: order.append(3))  # it is under way
    assert second.state == "waiting"
    go.set()
    assert (ended(first), ended(second)) == ("done", "done")
    assert order == [1, 2]


def test_a_job_is_stopped_at_its_next_step_and_while_it_waits() -> None:
    jobs: Jobs[Job] = Jobs()
    first, second = Job(), Job()
    began, steps = threading.Event(), []

    def work() -> None:
        for n in range(1_000_000):
            first.step(n)
            steps.append(n)
            began.set()
            threading.Event().wait(0.001)

    first.total = 1_000_000
    jobs.start(first, work)
    jobs.start(second, lambda: steps.append(-1))
    assert began.wait(10)
    second.stop()
    assert ended(second) == "stopped"
    first.stop()
    assert ended(first) == "stopped"
    assert -1 not in steps and first.done < 1_000_000
    jobs.start(second, lambda: steps.append(-1))
    assert ended(second) == "done" and -1 in steps


def test_a_failure_is_one_line_and_the_next_goes_on() -> None:
    jobs: Jobs[Job] = Jobs()
    first, second = Job(), Job()

    def fail() -> None:
        raise ConfigError(notice("basket empty"))

    jobs.start(first, fail)
    jobs.start(second, lambda: None)
    assert (ended(first), ended(second)) == ("failed", "done")
    assert first.problem is not None
    assert problem_words(first.problem, "ko") != problem_words(first.problem, "en")
    assert "secret" not in problem_words(RuntimeError("secret"), "en")


def test_names_cannot_be_guessed_and_the_oldest_goes() -> None:
    jobs: Jobs[Job] = Jobs(most=2)
    one, two = jobs.add(Job()), jobs.add(Job())
    assert one != two and len(one) >= 20
    jobs.get(one)
    three = jobs.add(Job())
    assert jobs.get(one) and jobs.get(three)
    for name in (two, "", None, 7, "x" * 1000):
        with pytest.raises(ConfigError):
            jobs.get(name)
    jobs.drop(one)
    jobs.drop("unknown")
    with pytest.raises(ConfigError):
        jobs.get(one)


def test_too_many_under_way_are_refused() -> None:
    jobs: Jobs[Job] = Jobs(most=1)
    job, go = Job(), threading.Event()
    name = jobs.add(job)
    jobs.start(job, lambda: (go.wait(10), None)[-1])
    with pytest.raises(ConfigError):
        jobs.add(Job())
    jobs.drop(name)
    go.set()
    ended(job)
    assert jobs.add(Job())


def test_time_left_is_told_once_a_step_was_made() -> None:
    job = Job()
    job.total = 100
    assert job.seconds_left() is None
    job.begin()
    job.running()
    job.step(40)  # kept of an earlier run
    assert job.seconds_left() is None
    threading.Event().wait(0.02)
    job.step(50)
    left = job.seconds_left()
    assert left is not None and left > 0


class HeavyJob(Job):
    """A job that weighs something once it is done."""

    @property
    def weight(self) -> int:
        return 40 if self.state == "done" else 0


def test_the_oldest_go_where_all_together_weigh_too_much() -> None:
    jobs: Jobs[Job] = Jobs(most_weight=100)
    names = []
    for _ in range(4):
        job = HeavyJob()
        names.append(jobs.add(job))
        jobs.start(job, lambda: None)
        assert ended(job) == "done"
    jobs.add(Job())
    for name in names[:2]:
        with pytest.raises(ConfigError):
            jobs.get(name)
    assert [jobs.get(name).weight for name in names[2:]] == [40, 40]
