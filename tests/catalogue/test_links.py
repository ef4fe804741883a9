"""The link checker: bounded, to public addresses only; here against loopback."""

import ipaddress
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gongshi.catalogue.link_check import Checker, Limits, LinkState
from gongshi.catalogue.public_addresses import Address

loopback = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
LOOPBACK = ipaddress.ip_address("127.0.0.1")
SITE = "site.example"
PATIENT = Limits(seconds=5)


class Site(BaseHTTPRequestHandler):
    """A site with pages of every temper."""

    hosts: list[str] = []
    released = Signal()
    target = ""

    def do_GET(self) -> None:
        self.hosts.append(self.headers["Host"])
        page = self.path.strip("/").split("?")[0]
        getattr(self, f"_{page}", self._fine)()

    def _fine(self) -> None:
        self._answer(200)
        self.wfile.write(b"fine")

    def _missing(self) -> None:
        self._answer(404)

    def _onward(self) -> None:
        self._answer(302, self.target)

    def _round(self) -> None:
        self._answer(302, "/round")

    def _silent(self) -> None:
        self.released.wait(5)

    def _dripping(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        while not self.released.wait(0.05):
            try:
                self.wfile.write(b"X-Drop: 1\r\n")
            except OSError:
                return

    def _endless(self) -> None:
        self._answer(200)
        while True:
            try:
                self.wfile.write(b"x" * 65_536)
            except OSError:
                return

    def _answer(self, status: int, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve the site on loopback and give its port."""
    Site.hosts, Site.released, Site.target = [], Signal(), ""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.daemon_threads = True
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            Site.released.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def port() -> Iterator[int]:
    """Return the port of a site on loopback."""
    with serving() as number:
        yield number


def checker(
    *addresses: str,
    allows: Callable[[Address], bool] = lambda address: address == LOOPBACK,
    limits: Limits = PATIENT,
) -> Checker:
    """Return a checker that is let onto loopback, and finds it behind every name."""
    found = [ipaddress.ip_address(a) for a in addresses or ("127.0.0.1",)]

    def resolve(host: str, port: int, seconds: float) -> Sequence[Address]:
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            return found

    return Checker(resolve=resolve, allows=allows, limits=limits)


class TestOnLoopback:
    """What needs a server; sockets go to 127.0.0.1 and nowhere else."""

    pytestmark = loopback

    def test_a_site_that_answers_is_fine(self, port: int) -> None:
        outcome = checker().check(f"http://{SITE}:{port}/页面?q=双公示")

        assert (outcome.state, outcome.status) == (LinkState.OK, 200)
        assert Site.hosts == [f"{SITE}:{port}"]

    def test_a_missing_page_is_an_error(self, port: int) -> None:
        outcome = checker().check(f"http://{SITE}:{port}/missing")

        assert (outcome.state, outcome.status) == (LinkState.ERROR, 404)

    def test_a_redirect_is_followed(self, port: int) -> None:
        Site.target = "/fine"

        outcome = checker().check(f"http://{SITE}:{port}/onward")

        assert outcome.state is LinkState.OK
        assert outcome.address == f"http://{SITE}:{port}/fine"

    def test_redirects_end_after_some(self, port: int) -> None:
        outcome = checker().check(f"http://{SITE}:{port}/round")

        assert outcome.state is LinkState.REDIRECTS
        assert len(Site.hosts) == Limits().redirects + 1

    @pytest.mark.parametrize(
        "target",
        [
            "http://10.0.0.1/",
            "http://169.254.169.254/latest/",
            "http://[::1]/",
            "http://2130706433/",
            "file:///etc/passwd",
            "ftp://site.example/",
            "gopher://site.example/",
            "http://[::1",
            "//[x]/",
        ],
    )
    def test_a_redirect_inside_is_refused(self, port: int, target: str) -> None:
        Site.target = target
        allowed = {LOOPBACK}
        asked: list[Address] = []

        def allows(address: Address) -> bool:
            asked.append(address)
            return address in allowed and len(asked) == 1

        outcome = checker(allows=allows).check(f"http://{SITE}:{port}/onward")

        assert outcome.state is LinkState.NOT_ALLOWED
        assert len(Site.hosts) == 1

    def test_the_address_that_was_looked_at_is_the_one_connected_to(
        self, port: int
    ) -> None:
        answers = iter([[LOOPBACK], [ipaddress.ip_address("10.0.0.1")]])
        rebinding = Checker(
            resolve=lambda host, port, seconds: next(answers),
            allows=lambda address: address == LOOPBACK,
        )

        outcome = rebinding.check(f"http://rebinding.invalid:{port}/")

        assert outcome.state is LinkState.OK
        assert Site.hosts == [f"rebinding.invalid:{port}"]

    def test_a_name_with_one_address_inside_is_refused(self, port: int) -> None:
        mixed = checker("127.0.0.1", "10.0.0.1")

        assert mixed.check(f"http://{SITE}:{port}/").state is LinkState.NOT_ALLOWED
        assert Site.hosts == []

    @pytest.mark.parametrize("page", ["silent", "dripping"])
    def test_a_site_that_takes_its_time_is_left(self, port: int, page: str) -> None:
        hasty = checker(limits=Limits(seconds=0.3))

        outcome = hasty.check(f"http://{SITE}:{port}/{page}")

        assert outcome.state is LinkState.TIMEOUT

    def test_an_endless_page_is_read_a_little(self, port: int) -> None:
        outcome = checker().check(f"http://{SITE}:{port}/endless")

        assert outcome.state is LinkState.OK

    def test_nobody_listening_is_no_answer(self) -> None:
        with serving() as port:
            pass

        outcome = checker().check(f"http://{SITE}:{port}/")

        assert outcome.state is LinkState.NO_ANSWER

    def test_loopback_itself_is_never_fetched_in_earnest(self, port: int) -> None:
        outcome = Checker().check(f"http://127.0.0.1:{port}/")

        assert outcome.state is LinkState.NOT_ALLOWED
        assert Site.hosts == []

    def test_a_certificate_of_nobody_is_insecure(self, tmp_path: Path) -> None:
        with serving(_server_context(tmp_path)) as port:
            outcome = checker().check(f"https://{SITE}:{port}/")

        assert outcome.state is LinkState.INSECURE

    @pytest.mark.parametrize(
        ("host", "state"),
        [(SITE, LinkState.OK), ("other.example", LinkState.INSECURE)],
    )
    def test_a_trusted_certificate_is_held_to_the_name(
        self, tmp_path: Path, host: str, state: LinkState
    ) -> None:
        server = _server_context(tmp_path)
        usual = checker()
        trusting = Checker(
            resolve=usual.resolve,
            allows=usual.allows,
            context=lambda: ssl.create_default_context(
                cafile=str(tmp_path / "site.pem")
            ),
        )

        with serving(server) as port:
            outcome = trusting.check(f"https://{host}:{port}/")

        assert outcome.state is state


@pytest.mark.parametrize(
    "address",
    [
        "ftp://site.example/",
        "javascript:alert(1)",
        "site.example",
        "http://",
        "http://user:secret@site.example/",
        "http://site.example:22/",
        "http://site.example:99999/",
        "http://[site/",
        f"http://{'a' * 64}.example/",
    ],
)
def test_what_is_no_web_address_is_not_asked(address: str) -> None:
    assert checker().check(address).state is LinkState.NOT_ALLOWED


def test_a_name_that_nobody_knows_is_no_answer() -> None:
    def unknown(host: str, port: int, seconds: float) -> Sequence[Address]:
        raise OSError("Name or service not known")

    outcome = Checker(resolve=unknown).check("http://site.example/")

    assert outcome.state is LinkState.NO_ANSWER


def test_a_resolver_that_says_nothing_is_left() -> None:
    def late(host: str, port: int, seconds: float) -> Sequence[Address]:
        raise TimeoutError

    assert Checker(resolve=late).check("http://a.example/").state is LinkState.TIMEOUT


def _server_context(folder: Path) -> ssl.SSLContext:
    """Return what a server needs whose certificate for the site nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SITE)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2016, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(SITE)]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    text, secret = folder / "site.pem", folder / "key.pem"
    text.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(text, secret)
    return context
