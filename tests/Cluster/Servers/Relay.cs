using System.Net.Sockets;
using System.Text;

namespace Cano.Cluster.Servers;

/// <summary>A way to the shared server that loses answers: what was asked is done, the connection breaks
/// before anybody hears of it. And one on which a process is frozen: what it sends does not arrive.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private const string SocketName = ".s.PGSQL.5432";

    private readonly string _directory = Directory.CreateTempSubdirectory("cano-relay-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _server;
    private int _toLose;
    private int _toPass;
    private string? _textToLose;
    private Frost _frost = new(_ => false);

    private Relay(string server)
    {
        _server = server;
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_directory, SocketName)));
        _listener.Listen();
        _ = Task.Run(AcceptAsync);
    }

    public static async Task<Relay> OpenAsync() => new((await PostgresServer.SharedAsync()).Directory);

    public string ConnectionString => $"Host={_directory};Username=cano;Database=postgres";

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

    public ValueTask DisposeAsync()
    {
        Thaw();
        _listener.Dispose();
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
        await far.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_server, SocketName)));
        var way = new Way();
        await Task.WhenAny(
            PassAsync(near, far, message => AsksAsync(way, message)),
            PassAsync(far, near, _ => Task.FromResult(!way.IsLost && !IsLost()))
        );
    }

    private static bool Says(ReadOnlyMemory<byte> message, string text) =>
        Encoding.UTF8.GetString(message.Span).Contains(text, StringComparison.Ordinal);

    private static async Task PassAsync(Socket from, Socket to, Func<ReadOnlyMemory<byte>, Task<bool>> passes)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
            {
                if (!await passes(buffer.AsMemory(0, length)))
                    return;
                await to.SendAsync(buffer.AsMemory(0, length));
            }
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

        return true;
    }

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
