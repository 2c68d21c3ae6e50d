using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Cano.Benchmarks.Cluster;

/// <summary>A PostgreSQL of the program's own, set as one in production is, but for where it lies. It ends,
/// and its directory goes, with the program, however that ends.</summary>
internal sealed class Server : IDisposable
{
    private const string Programs = "/usr/lib/postgresql";

    private const string Script = """
        set -eu
        bin=$1; dir=$2
        trap 'rm -rf "$dir"' EXIT
        fail() { cat "$dir/log"; exit 1; }
        "$bin/initdb" -D "$dir/data" -U cano --auth=trust -E UTF8 --locale=C > "$dir/log" 2>&1 || fail
        "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -o "-c listen_addresses= -c unix_socket_directories=$dir \
            -c shared_buffers=512MB -c max_wal_size=4GB -c max_connections=400" start > "$dir/started" 2>&1 || fail
        trap '' HUP INT TERM
        echo ready
        cat > /dev/null
        "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop > /dev/null 2>&1
        """;

    private readonly Process _keeper;

    private Server(Process keeper, string directory) => (_keeper, Directory) = (keeper, directory);

    public string Directory { get; }

    /// <summary>Where the newest server's programs are.</summary>
    public static string Folder { get; } =
        System.IO.Directory.Exists(Programs)
            ? Path.Combine(
                System
                    .IO.Directory.GetDirectories(Programs)
                    .MaxBy(version => int.Parse(Path.GetFileName(version), CultureInfo.InvariantCulture))!,
                "bin"
            )
            : throw new InvalidOperationException("There is no PostgreSQL: install Debian's `postgresql`.");

    public string ConnectionString =>
        $"Host={Directory};Username=cano;Database=postgres;Maximum Pool Size=20";

    public static async Task<Server> StartAsync()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"cano-figures-{Guid.NewGuid().ToString("N")[..8]}");
        System.IO.Directory.CreateDirectory(directory);
        string[] sh = ["sh", "-c", Script, "sh", Folder, directory];
        if (Environment.IsPrivilegedProcess)
        {
            // It refuses to run as root.
            using var chown = Process.Start("chown", ["postgres", directory]);
            await chown.WaitForExitAsync();
            sh = ["runuser", "-u", "postgres", "--", .. sh];
        }

        var keeper = Process.Start(
            new ProcessStartInfo(sh[0], sh[1..])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                WorkingDirectory = "/",
            }
        )!;
        return await keeper.StandardOutput.ReadLineAsync() == "ready"
            ? new(keeper, directory)
            : throw new InvalidOperationException("PostgreSQL did not start.");
    }

    /// <summary>What all of the server's processes have spent on processors.</summary>
    public TimeSpan Spent()
    {
        var root = File.ReadLines(Path.Combine(Directory, "data", "postmaster.pid")).First();
        var ticks = 0L;
        foreach (var folder in System.IO.Directory.GetDirectories("/proc"))
            if (char.IsAsciiDigit(Path.GetFileName(folder)[0]) && Stat(folder) is { } stat)
                if (Path.GetFileName(folder) == root)
                    // With those that have ended.
                    ticks += stat[11..15].Sum(Number);
                else if (stat[1] == root)
                    ticks += stat[11..13].Sum(Number);
        return TimeSpan.FromMilliseconds(ticks * 10);
    }

    /// <summary>A store in a schema of its own, which is there from the start.</summary>
    public Task<PostgresCheckpointStore> OpenAsync(string schema, TimeSpan? poll = null) =>
        PostgresCheckpointStore.OpenAsync(
            ConnectionString,
            poll is { } pause ? new() { Schema = schema, SignalPoll = pause } : new() { Schema = schema }
        );

    public async Task<T> AskAsync<T>(string query)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(query);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task DoAsync(string statement)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    public void Dispose()
    {
        _keeper.StandardInput.Close();
        _keeper.WaitForExit();
        _keeper.Dispose();
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>What stands behind the name; null: the process has ended.</summary>
    private static string[]? Stat(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
