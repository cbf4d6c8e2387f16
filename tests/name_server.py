"""A name server for tests: a small UDP server on loopback that answers what it was told to."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.rrset

Says = Callable[[dns.message.Message], dns.message.Message | None]


class NameServer:
    """Answers by name: `records` holds (type, value) as in a zone file; `failures` a response code, None: silence.

    A name in neither doesn't exist. `on_question` is called before each answer.
    """

    def __init__(self) -> None:
        self.records: dict[str, list[tuple[str, str]]] = {}
        self.failures: dict[str, dns.rcode.Rcode | None] = {}
        self.asked: list[str] = []
        self.on_question: Callable[[], None] = lambda: None
        self.address: tuple[str, int] = ("", 0)

    def add(self, name: str, *texts: str, kind: str = "TXT") -> None:
        """Add a record; several texts are several strings of one TXT record."""
        value = " ".join(f'"{text}"' for text in texts) if kind == "TXT" else texts[0]
        self.records.setdefault(name, []).append((kind, value))

    def answer(self, query: dns.message.Message) -> dns.message.Message | None:
        """Return the answer to a question; None: no answer at all."""
        name = query.question[0].name.to_text().rstrip(".")
        self.asked.append(name)
        self.on_question()
        if name in self.failures and self.failures[name] is None:
            return None
        answer = dns.message.make_response(query)
        answer.set_rcode(self.failures.get(name) or (dns.rcode.NOERROR if name in self.records else dns.rcode.NXDOMAIN))
        self._fill(answer, name)
        return answer

    def _fill(self, answer: dns.message.Message, name: str) -> None:
        for kind, value in self.records.get(name, []):
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, value))
            if kind == "CNAME":
                self._fill(answer, value.rstrip("."))


@contextmanager
def name_server() -> Iterator[NameServer]:
    """Give a server that runs until the end of the block."""
    zone = NameServer()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            answer = zone.answer(dns.message.from_wire(self.request[0]))
            if answer is not None:
                self.request[1].sendto(answer.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        zone.address = ("127.0.0.1", int(server.server_address[1]))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield zone
        finally:
            server.shutdown()
            thread.join()
