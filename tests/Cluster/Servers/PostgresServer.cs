using System.Diagnostics;
using System.Globalization;

namespace Cano.Cluster.Servers;

/// <summary>A PostgreSQL of the tests' own: as an ordinary user, in a directory of its own, behind a socket
/// in there. It ends, and its directory goes, with who started it, however that ends.</summary>
internal sealed class PostgresServer : IDisposable
{
    // Its input is held open by who started it. A server that dies with its machine loses nothing that these
    // tests look at.
    private const string Script = """
        set -eu
        bin=$1; dir=$2
        trap 'rm -rf "$dir"' EXIT
        fail() { cat "$dir/log"; exit 1; }
        "$bin/initdb" -D "$dir/data" -U cano --auth=trust --no-sync -E UTF8 --locale=C > "$dir/log" 2>&1 || fail
        "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -o "-c listen_addresses= -c unix_socket_directories=$dir \
            -c fsync=off -c full_page_writes=off -c max_connections=400" start > "$dir/started" 2>&1 || fail
        trap '' HUP INT TERM
        echo ready
        options=$(cat "$dir/data/postmaster.opts")
        while read -r seconds; do
            "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop > /dev/null 2>&1
            sleep "$seconds"
            "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 600 -o "${options#* }" start > "$dir/started" 2>&1 || fail
            echo ready
        done
        "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop > /dev/null 2>&1
        """;

    private static readonly Lazy<Task<PostgresServer>> s_shared = new(StartAsync);

    private readonly Process _keeper;

    private PostgresServer(Process keeper, string directory)
    {
        _keeper = keeper;
        Directory = directory;
    }

    /// <summary>The one of this process; it stays until the process ends.</summary>
    public static Task<PostgresServer> SharedAsync() => s_shared.Value;

    public string Directory { get; }

    public string ConnectionString => $"Host={Directory};Username=cano;Database=postgres;Maximum Pool Size=6";

    /// <summary>As when its machine's power fails: nothing is finished, and when it comes back it recovers
    /// from its log.</summary>
    /// <param name="away">How long it does not come back.</param>
    public async Task RestartAsync(TimeSpan away)
    {
        await _keeper.StandardInput.WriteLineAsync(
            away.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)
        );
        await _keeper.StandardInput.FlushAsync();
        await IsReadyAsync(_keeper);
    }

    public static async Task<PostgresServer> StartAsync()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"cano-pg-{Guid.NewGuid().ToString("N")[..8]}");
        System.IO.Directory.CreateDirectory(directory);
        var keeper = Process.Start(await StartInfoAsync(directory))!;
        await IsReadyAsync(keeper);
        return new(keeper, directory);
    }

    private static async Task IsReadyAsync(Process keeper)
    {
        var said = new List<string>();
        while (await keeper.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready")
                return;
            said.Add(line);
        }

        throw new InvalidOperationException($"PostgreSQL did not start: {string.Join('\n', said)}");
    }

    /// <summary>Waits until it has stopped.</summary>
    public void Dispose()
    {
        _keeper.StandardInput.Close();
        _keeper.WaitForExit();
        _keeper.Dispose();
    }

    /// <summary>The server's own programs refuse to run as root.</summary>
    private static async Task<ProcessStartInfo> StartInfoAsync(string directory)
    {
        string[] sh = ["sh", "-c", Script, "sh", PostgresPrograms.Folder!, directory];
        if (!Environment.IsPrivilegedProcess)
            return Piped(sh);
        var users = await File.ReadAllLinesAsync("/etc/passwd");
        var user = users.Any(line => line.StartsWith("postgres:", StringComparison.Ordinal))
            ? "postgres"
            : "nobody";
        using var chown = Process.Start("chown", [user, directory]);
        await chown.WaitForExitAsync();
        return Piped(["runuser", "-u", user, "--", .. sh]);
    }

    private static ProcessStartInfo Piped(string[] command) =>
        new(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
}
