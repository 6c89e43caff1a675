"""`replay`: recordings against our own client, against a server, or served to a client."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import DIFFERENT, CannotDo
from gateway.cli.options import AsJson
from gateway.cli.views.recordings import results, time_line
from gateway.settings import ListenAddress
from gateway.settings.dialects.load import names

Against = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="URL|DIALECT",
        help="Send the requests to a server, or a stand-in; compare answers.",
    ),
]
Serve = Annotated[
    str | None,
    typer.Option("--serve", metavar="HOST:PORT", help="Answer on this machine until Ctrl-C."),
]
Ignored = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="PATH", help="Leave out, as `Fault/Text`; may be repeated."),
]
CaFile = Annotated[Path | None, typer.Option("--ca", metavar="FILE", help="CA of the server, PEM.")]
CertificateFile = Annotated[
    Path | None, typer.Option("--certificate", metavar="FILE", help="Of ours, PEM.")
]
KeyFile = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="Key of the certificate, PEM.")
]


def replay(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Folders of `record`, or single ones.")
    ],
    against: Against = None,
    serve: Serve = None,
    only_show: Annotated[
        bool, typer.Option("--time-line", help="Show the exchanges; replay nothing.")
    ] = False,
    ignored: Ignored = None,
    ca_file: CaFile = None,
    certificate_file: CertificateFile = None,
    key_file: KeyFile = None,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Replay recordings. Exit status 0 if all is as recorded.

    Without an option our own client asks a partner that answers as recorded.
    """
    if sum((against is not None, serve is not None, only_show)) > 1:
        raise CannotDo("Name one of --against, --serve and --time-line.")
    recordings = bootstrap.recordings_in(folders)
    if serve is not None:
        _serve(recordings, serve)
    elif only_show:
        output().render(time_line.view(recordings))
        output().write_json([time_line.as_json(each) for each in recordings])
    elif against is not None:
        identity = bootstrap.ReplayIdentity(ca_file, certificate_file, key_file)
        _send(recordings, against, identity, ignored or ())
    else:
        _show(bootstrap.replay_to_client(recordings))


def _send(
    recordings: Sequence["bootstrap.Recording"],
    against: str,
    identity: "bootstrap.ReplayIdentity",
    ignored: Sequence[str],
) -> None:
    with ExitStack() as stack:
        if ":" not in against:
            try:
                against = stack.enter_context(bootstrap.simulated_partner(against))
            except KeyError:
                raise CannotDo(
                    f"--against: {against} is neither a URL nor a dialect.",
                    f"Dialects: {', '.join(names())}.",
                ) from None
        try:
            found = bootstrap.replay_to_server(recordings, against, identity, ignored)
        except ValueError as wrong:
            raise CannotDo(f"--against: {wrong}") from None
        _show(found)


def _show(replayed: Iterator["bootstrap.ReplayResult"]) -> None:
    found = []
    for result in replayed:
        output().render(results.view(result))
        found.append(result)
    if not found:
        raise CannotDo(
            "None of the recordings has an answer of a partner.",
            "Send their requests to a server: --against URL.",
        )
    same = sum(result.is_same for result in found)
    output().print(f"{same} of {len(found)} are as they were recorded.")
    output().write_json([results.as_json(result) for result in found])
    if same < len(found):
        raise typer.Exit(DIFFERENT)


def _serve(recordings: Sequence["bootstrap.Recording"], text: str) -> None:
    try:
        address = ListenAddress.parse(text)
    except ValueError as wrong:
        raise CannotDo(f"--serve: {wrong}") from None
    if address.host is None:
        raise CannotDo("--serve: name a host of this machine and a port: 127.0.0.1:8090.")
    # An event, not an exception: see `demo`.
    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        with bootstrap.answering(recordings, address.host, address.port) as partner:
            output().print(f"{len(recordings)} recorded answers at {partner.address} until Ctrl-C.")
            stopping.wait()
    except bootstrap.CannotListen as error:
        raise CannotDo(f"--serve: {error}.") from None
    for sentence in partner.replay.mismatches:
        output().print_advice(sentence)
