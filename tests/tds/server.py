#!/usr/bin/python3
"""A small TDS 7.4 server for tests: unixODBC and FreeTDS talk to it as to SQL Server.

    server.py FILE [--port N] [--control N] [--user U] [--password P] [--database D]
              [--certificate PEM --key PEM] [--until-eof]

Statements go to SQLite (FILE, made if it is not there) after the few T-SQL words are turned around.
Ports that are 0 or not told are chosen; the first line on standard output says which, when the
server is ready: `port 40001 control 40002`.  With --until-eof it ends with its standard input.

Here is a connection's life; the wire is in wire.py, words in tsql.py, transactions in engine.py,
faults in faults.py.  All of it runs in one thread: a statement is short, waits are awaits.
"""

import argparse
import asyncio
import collections
import re
import signal
import ssl
import sys
import traceback

import engine
import tsql
import wire
from faults import Faults, LinkLost
from tsql import SqlError

OFF, ON, NOT_SUPPORTED = 0, 1, 2  # encryption, in PRELOGIN


class Tls:
    """TLS as TDS has it: the handshake inside of PRELOGIN packets, everything after it below them."""

    def __init__(self, context):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        self.ready = False

    def handshake(self, data):
        """Takes a part of the handshake; gives our part."""
        self.incoming.write(data)
        try:
            self.object.do_handshake()
            self.ready = True
        except ssl.SSLWantReadError:
            pass
        return self.outgoing.read()

    def decrypt(self, data):
        self.incoming.write(data)
        plain = b""
        try:
            while piece := self.object.read(65536):
                plain += piece
        except ssl.SSLWantReadError:
            pass
        return plain

    def encrypt(self, data):
        self.object.write(data)
        return self.outgoing.read()


class Connection(asyncio.Protocol):
    """A client's link, from PRELOGIN to its end."""

    def __init__(self, server):
        self.server = server
        self.transport = None
        self.assembler = wire.Assembler()
        self.messages = collections.deque()
        self.task = None
        self.session = None
        self.packet_size = 4096
        self.tls = None
        self.interrupted = False

    # --- the link ---

    def connection_made(self, transport):
        self.transport = transport
        self.server.connections.add(self)
        if self.server.faults.refusing:
            transport.abort()
        elif not self.server.faults.going.is_set():
            transport.pause_reading()

    def connection_lost(self, exc):
        self.server.connections.discard(self)
        if self.task and not (self.session and self.session.late):
            self.task.cancel()
        elif not self.task and self.session:
            self.session.close()
            self.session = None

    def data_received(self, data):
        try:
            if self.tls and self.tls.ready:
                data = self.tls.decrypt(data)
            for message in self.assembler.feed(data):
                self.received(*message)
        except (wire.WireError, ssl.SSLError) as error:
            self.server.say(f"link closed: {error}")
            self.transport.abort()

    def received(self, kind, body, reset):
        if kind == wire.ATTENTION:
            self.attend()
        elif kind == wire.PRELOGIN and self.tls:
            self.transport.write(wire.packets(wire.PRELOGIN, self.tls.handshake(body), 4096))
        else:
            self.messages.append((kind, body, reset))
            if not self.task:
                self.task = asyncio.get_running_loop().create_task(self.serve())

    def attend(self):
        """The client wants no more of its answer: stop, and say so."""
        if self.session and self.session.deaf:
            return
        if self.task:
            self.interrupted = True
            self.task.cancel()
        else:
            self.acknowledge()

    def acknowledge(self):
        answer = wire.Answer()
        answer.done(bits=wire.ATTENTION_ACK)
        self.send(answer.out)

    def send(self, body):
        data = wire.packets(wire.ANSWER, bytes(body), self.packet_size)
        self.transport.write(self.tls.encrypt(data) if self.tls and self.tls.ready else data)

    # --- messages ---

    async def serve(self):
        """Answers the messages that have come; one that was interrupted gets only its DONE."""
        try:
            while self.messages:
                kind, body, reset = self.messages.popleft()
                out = await self.answer(kind, body, reset)
                if not self.server.faults.going.is_set():
                    await self.server.faults.going.wait()
                if self.transport.is_closing():
                    break
                self.send(out)
        except asyncio.CancelledError:
            self.stop()
        except LinkLost:
            self.transport.abort()
        except (wire.WireError, UnicodeDecodeError, IndexError) as error:
            self.server.say(f"link closed: {error}")
            self.transport.abort()
        except Exception:  # a mistake of this server's: the client need not wait for its time limit
            self.server.say(f"link closed: {traceback.format_exc()}")
            self.transport.abort()
        finally:
            self.task = None
            if self.transport.is_closing() and self.session:
                self.session.close()
                self.session = None

    def stop(self):
        """Behind a cancelled message: by the client (attention), or because the link is gone."""
        if not self.interrupted or self.transport.is_closing():
            return
        self.interrupted = False
        if self.session.xact_abort or not self.session.trancount:
            self.session.roll_back()
        self.acknowledge()

    async def answer(self, kind, body, reset):
        """The tokens that answer a message."""
        if kind == wire.PRELOGIN:
            return self.prelogin(body)
        if kind == wire.LOGIN:
            return self.login(wire.read_login(body))
        if not self.session:
            raise wire.WireError("a request before the login")
        if reset:
            self.session.roll_back()
            self.session.reset()
        if kind == wire.RPC:
            return await self.calls(wire.read_calls(body))
        answer = wire.Answer()
        if kind == wire.BATCH:
            text = wire.read_batch(body)
        elif kind == wire.TRANSACTION:
            text = wire.read_transaction(body)
        else:
            raise wire.WireError(f"packets of kind {kind}")
        await self.session.run(text, {}, answer, self.server.faults)
        if answer.last is None:
            answer.done()
        return answer.out

    def prelogin(self, body):
        wish = wire.read_prelogin(body)
        if not self.server.tls or wish == NOT_SUPPORTED:
            return wire.prelogin(NOT_SUPPORTED)
        self.tls = Tls(self.server.tls)
        return wire.prelogin(ON)

    def login(self, login):
        options, answer = self.server.options, wire.Answer()
        if self.server.faults.login():
            raise LinkLost
        error = None
        if (login["user"], login["password"]) != (options.user, options.password):
            error = SqlError(18456, login["user"])
        try:
            store = self.server.instance.find(login["database"] or options.database)
        except SqlError as absent:
            error = error or absent
        if error:
            answer.error(error.number, error.severity, 1, error.words)
            answer.done(error=True)
            asyncio.get_running_loop().call_later(0.1, self.transport.close)
            return answer.out
        self.session = engine.Session(store, self.transport.abort)
        size = login["packet_size"] if 512 <= login["packet_size"] <= 32767 else 4096
        answer.login(store.database, size)
        answer.done()
        asyncio.get_running_loop().call_soon(setattr, self, "packet_size", size)
        return answer.out

    # --- calls ---

    async def calls(self, calls):
        answer = wire.Answer(call=True)
        for number, (name, parameters) in enumerate(calls):
            if number:
                answer.next_call()
            try:
                await self.call(name, parameters, answer)
            except SqlError as error:
                answer.error(error.number, error.severity, 1, error.words)
                if error.number in engine.COMPILER | {208} and name.startswith("sp_prep"):
                    answer.error(8180, 16, 1, tsql.ERRORS[8180][1])
                answer.end_call(failed=True)
        return answer.out

    async def call(self, name, parameters, answer):
        """The procedures by which drivers prepare and execute."""
        session, values = self.session, [value for _, value, _ in parameters]
        handle = None
        if name in ("sp_prepare", "sp_prepexec"):
            self.server.faults.counters["prepares"] += 1
            prepared = (values[2], names_of(values[1]))
            columns = session.check(*prepared)
            session.handles += 1
            handle = session.handles
            session.prepared[handle] = prepared
            if name == "sp_prepare":
                if columns:
                    answer.columns(columns)
                    answer.done("select", 0)
                answer.end_call(handle)
                return
            values = values[3:]
        elif name == "sp_execute":
            if values[0] not in session.prepared:
                raise SqlError(8179, values[0])
            prepared, values = session.prepared[values[0]], values[1:]
        elif name == "sp_executesql":
            prepared, values = (values[0], names_of(values[1] if len(values) > 1 else "")), values[2:]
        elif name == "sp_unprepare":
            session.prepared.pop(values[0], None)
            answer.end_call()
            return
        else:
            raise SqlError(2812, name)
        text, names = prepared
        if len(values) != len(names):
            raise SqlError(137, "@" + (names[len(values)] if len(values) < len(names) else "?"))
        await session.run(text, dict(zip(names, values)), answer, self.server.faults)
        answer.end_call(handle)


def names_of(declaration):
    """The names in '@P1 bigint, @P2 nvarchar(4000)'."""
    return tuple(re.findall(r"@(\w+)\s+\w", declaration or ""))


class Server:
    """All connections over one store."""

    def __init__(self, options):
        self.options = options
        self.instance = engine.Instance(options.file, options.database)
        self.faults = Faults()
        self.connections = set()
        self.tls = None
        if options.certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.maximum_version = ssl.TLSVersion.TLSv1_2
            self.tls.load_cert_chain(options.certificate, options.key)

    @staticmethod
    def say(words):
        print(words, file=sys.stderr, flush=True)

    def cut(self):
        for connection in list(self.connections):
            connection.transport.abort()

    def freeze(self, on):
        if on == self.faults.going.is_set():
            (self.faults.going.clear if on else self.faults.going.set)()
            for connection in self.connections:
                (connection.transport.pause_reading if on else connection.transport.resume_reading)()

    def stats(self):
        sessions = [c.session for c in self.connections if c.session]
        return {"sessions": len(sessions), "transactions": sum(1 for s in sessions if s.trancount),
                "waiting": sum(len(store.turn.waiting) for store in self.instance.stores.values())}

    async def control(self, reader, writer):
        """A client of the control port: a line a command."""
        while line := await reader.readline():
            writer.write((self.faults.command(line.decode().strip(), self) + "\n").encode())
            await writer.drain()
        writer.close()

    async def run(self):
        loop = asyncio.get_running_loop()
        ended = loop.create_future()

        def end():
            if not ended.done():
                ended.set_result(None)

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, end)
        if self.options.until_eof:
            loop.add_reader(sys.stdin, lambda: sys.stdin.buffer.read1(4096) or end())
        listener = await loop.create_server(lambda: Connection(self), "127.0.0.1", self.options.port, backlog=512)
        control = await asyncio.start_server(self.control, "127.0.0.1", self.options.control)
        print(f"port {listener.sockets[0].getsockname()[1]} control {control.sockets[0].getsockname()[1]}", flush=True)
        await ended


def main():
    parser = argparse.ArgumentParser(description="A small TDS 7.4 server for tests.")
    parser.add_argument("file")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control", type=int, default=0)
    parser.add_argument("--user", default="sa")
    parser.add_argument("--password", default="x")
    parser.add_argument("--database", default="gridtill")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--until-eof", action="store_true")
    asyncio.run(Server(parser.parse_args()).run())


if __name__ == "__main__":
    main()
