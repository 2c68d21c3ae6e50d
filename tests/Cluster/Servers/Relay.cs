using System.Net.Sockets;

namespace Cano.Cluster.Servers;

/// <summary>A way to the shared server that loses answers: what was asked is done, the connection breaks
/// before anybody hears of it.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private const string SocketName = ".s.PGSQL.5432";

    private readonly string _directory = Directory.CreateTempSubdirectory("cano-relay-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _server;
    private int _toLose;
    private int _toPass;

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

    /// <summary>How many are still to be lost.</summary>
    public int ToLose => Math.Max(0, Volatile.Read(ref _toLose));

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Directory.Delete(_directory, recursive: true);
        return default;
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
        await Task.WhenAny(PassAsync(near, far, isAnswer: false), PassAsync(far, near, isAnswer: true));
    }

    private async Task PassAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
            {
                if (isAnswer && IsLost())
                    return;
                await to.SendAsync(buffer.AsMemory(0, length));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException) { }
    }

    private bool IsLost() =>
        Volatile.Read(ref _toLose) > 0
        && Interlocked.Decrement(ref _toPass) < 0
        && Interlocked.Decrement(ref _toLose) >= 0;
}
