using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cano.Cluster.Servers;

/// <summary>A way to a server. It can lose answers: what was asked is done, the connection breaks before
/// anybody hears of it. A process can be frozen on it: what that sends does not arrive. And it can be cut,
/// so that nothing comes through and nobody is told.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private const string SocketName = ".s.PGSQL.5432";

    private readonly string? _directory;
    private readonly Socket _listener;
    private readonly string _server;
    private readonly ConcurrentDictionary<Socket, bool> _open = [];
    private TaskCompletionSource? _cut;
    private int _toLose;
    private int _toPass;
    private string? _textToLose;
    private Frost _frost = new(_ => false);

    private Relay(string server, Socket listener, string? directory)
    {
        (_server, _listener, _directory) = (server, listener, directory);
        _listener.Listen();
        _ = Task.Run(AcceptAsync);
    }

    /// <summary>To the shared server.</summary>
    public static async Task<Relay> OpenAsync() => Open(await PostgresServer.SharedAsync());

    /// <summary>By a socket in a directory of its own.</summary>
    public static Relay Open(PostgresServer server)
    {
        var directory = Directory.CreateTempSubdirectory("cano-relay-").FullName;
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(directory, SocketName)));
        return new(server.Directory, listener, directory);
    }

    /// <summary>By a port of this address.</summary>
    public static Relay Open(PostgresServer server, IPAddress address)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        return new(server.Directory, listener, null);
    }

    public string ConnectionString =>
        _listener.LocalEndPoint is IPEndPoint port
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Host={port.Address};Port={port.Port};Username=cano;Database=postgres"
            )
            : $"Host={_directory};Username=cano;Database=postgres";

    /// <summary>Asked whether a piece, which is an answer or not, is passed on, or its connection breaks
    /// instead; each is unless given.</summary>
    public Func<bool, bool>? MayPass { get; set; }

    /// <summary>The next answers that are lost.</summary>
    /// <param name="answers">How many.</param>
    /// <param name="after">So many come through before.</param>
    public void Lose(int answers, int after = 0)
    {
        Volatile.Write(ref _toPass, after);
        Volatile.Write(ref _toLose, answers);
    }

    /// <summary>The answer to what next says this is lost.</summary>
    public void LoseAnswerTo(string text) => Volatile.Write(ref _textToLose, text);

    /// <summary>How many are still to be lost.</summary>
    public int ToLose => Math.Max(0, Volatile.Read(ref _toLose));

    /// <summary>Freezes the connection that next sends a text, before it does; when it is frozen.</summary>
    public Task FreezeAt(string text) => Freeze(message => Says(message, text));

    /// <summary>Freezes the connection that next sends a message behind so many others; when it is
    /// frozen.</summary>
    public Task FreezeBehind(int messages) => Freeze(_ => Interlocked.Decrement(ref messages) == -1);

    /// <summary>What was frozen goes on, and nothing freezes any more.</summary>
    public void Thaw()
    {
        var frost = Interlocked.Exchange(ref _frost, new(_ => false));
        frost.Over.TrySetResult();
    }

    /// <summary>From here on nothing comes through, either way.</summary>
    public void Cut() =>
        Interlocked.CompareExchange(ref _cut, new(TaskCreationOptions.RunContinuationsAsynchronously), null);

    /// <summary>What was on its way comes through, and all else.</summary>
    public void Mend() => Interlocked.Exchange(ref _cut, null)?.SetResult();

    /// <summary>Every connection breaks; new ones may be made.</summary>
    public void Break()
    {
        foreach (var socket in _open.Keys)
            socket.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Thaw();
        _listener.Dispose();
        Break();
        Mend();
        if (_directory is not null)
            Directory.Delete(_directory, recursive: true);
        return default;
    }

    private Task Freeze(Predicate<ReadOnlyMemory<byte>> isHere)
    {
        Volatile.Write(ref _frost, new(isHere));
        return _frost.Begun.Task;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync();
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException) { }
    }

    private async Task ServeAsync(Socket client)
    {
        using var near = client;
        using var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        (_open[near], _open[far]) = (true, true);
        try
        {
            await far.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_server, SocketName)));
            var way = new Way();
            await Task.WhenAny(
                PassAsync(near, far, message => AsksAsync(way, message)),
                PassAsync(far, near, _ => Task.FromResult(!way.IsLost && !IsLost() && Passes(isAnswer: true)))
            );
        }
        // The server is away.
        catch (Exception refused) when (refused is SocketException or ObjectDisposedException) { }
        finally
        {
            _open.TryRemove(near, out _);
            _open.TryRemove(far, out _);
        }
    }

    private static bool Says(ReadOnlyMemory<byte> message, string text) =>
        Encoding.UTF8.GetString(message.Span).Contains(text, StringComparison.Ordinal);

    private async Task PassAsync(Socket from, Socket to, Func<ReadOnlyMemory<byte>, Task<bool>> passes)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
            {
                if (!await passes(buffer.AsMemory(0, length)))
                    return;
                if (Volatile.Read(ref _cut) is { } cut)
                    await cut.Task;
                await to.SendAsync(buffer.AsMemory(0, length));
            }

            // Who is cut off does not hear that the other side has gone.
            if (Volatile.Read(ref _cut) is { } silence)
                await silence.Task;
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException) { }
    }

    /// <summary>Whether a message is passed on, in time.</summary>
    private async Task<bool> AsksAsync(Way way, ReadOnlyMemory<byte> message)
    {
        await Volatile.Read(ref _frost).PassAsync(message);
        if (Volatile.Read(ref _textToLose) is { } text && Says(message, text))
        {
            Volatile.Write(ref _textToLose, null);
            way.IsLost = true;
        }

        return Passes(isAnswer: false);
    }

    private bool Passes(bool isAnswer) => MayPass?.Invoke(isAnswer) != false;

    private bool IsLost() =>
        Volatile.Read(ref _toLose) > 0
        && Interlocked.Decrement(ref _toPass) < 0
        && Interlocked.Decrement(ref _toLose) >= 0;

    private sealed class Way
    {
        /// <summary>The next answer is.</summary>
        public volatile bool IsLost;
    }

    /// <summary>Freezes the first connection that comes to a place.</summary>
    private sealed class Frost(Predicate<ReadOnlyMemory<byte>> isHere)
    {
        public TaskCompletionSource Begun { get; } = Source();

        public TaskCompletionSource Over { get; } = Source();

        public Task PassAsync(ReadOnlyMemory<byte> message) =>
            isHere(message) && Begun.TrySetResult() ? Over.Task : Task.CompletedTask;

        private static TaskCompletionSource Source() =>
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
