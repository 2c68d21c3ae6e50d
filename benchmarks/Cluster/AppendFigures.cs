using System.Diagnostics;
using System.Globalization;
using Cano.Postgres.Commits;

namespace Cano.Benchmarks.Cluster;

/// <summary>Rows a second, of so many runs at once, beside pgbench with the same statement for one row, in
/// turns.</summary>
internal static class AppendFigures
{
    private const string Schema = "appends";
    private const int Rounds = 5;
    private const int Short = 12;
    private const int Long = 100;
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(3);
    private static readonly (int Runs, int Rows)[] s_shapes =
    [
        (1, Long),
        (16, Long),
        (64, Long),
        (256, Long),
        (256, Short),
    ];

    private static readonly CheckpointRow s_entered = new()
    {
        Sequence = 1,
        Kind = RowKind.StateEntered,
        State = "Reserve",
        WorkflowVersion = 3,
        Data = new byte[100],
    };

    private sealed record Measured(double RowsPerSecond, double ServerMicros, double OwnMicros);

    public static async Task ShowAsync(Server server)
    {
        await using var store = await server.OpenAsync(Schema);
        await PgbenchAsync(server, 1, TimeSpan.FromSeconds(1), store);
        await StoreAsync(server, (16, Short), TimeSpan.FromSeconds(2), store);
        Console.WriteLine(
            "| runs at once, rows of each | pgbench rows/s (best) | rows/s (best) | ratio | server µs/row: pgbench | of the store | own µs/row |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var shape in s_shapes)
        {
            var (floor, own) = (new List<Measured>(), new List<Measured>());
            for (var round = 0; round < Rounds; round++)
            {
                floor.Add(await PgbenchAsync(server, shape.Runs, s_round, store));
                own.Add(await StoreAsync(server, shape, s_round, store));
            }

            var ratio = own.Zip(floor, (ours, theirs) => ours.RowsPerSecond / theirs.RowsPerSecond).Median();
            Console.WriteLine(
                $"| {shape.Runs}, {shape.Rows} | {Rates(floor)} | {Rates(own)} | {ratio.Text(2)} | {Micros(floor)} | {Micros(own)} "
                    + $"| {own.Select(it => it.OwnMicros).Median().Text(1)} |"
            );
        }
    }

    private static string Rates(List<Measured> rounds) =>
        $"{rounds.Select(it => it.RowsPerSecond).Median().Text()} ({rounds.Max(it => it.RowsPerSecond).Text()})";

    private static string Micros(List<Measured> rounds) =>
        rounds.Select(it => it.ServerMicros).Median().Text(1);

    /// <summary>Runs of some rows each, one behind another.</summary>
    private static async Task<Measured> StoreAsync(
        Server server,
        (int Runs, int Rows) shape,
        TimeSpan span,
        PostgresCheckpointStore store
    )
    {
        var rows = 0L;
        var (server0, own0, started) = (
            server.Spent(),
            Environment.CpuUsage.TotalTime,
            Stopwatch.GetTimestamp()
        );
        await Task.WhenAll(Enumerable.Range(0, shape.Runs).Select(_ => Task.Run(RunAsync)));
        var took = Stopwatch.GetElapsedTime(started);
        return new(
            rows / took.TotalSeconds,
            (server.Spent() - server0).TotalMicroseconds / rows,
            (Environment.CpuUsage.TotalTime - own0).TotalMicroseconds / rows
        );

        async Task RunAsync()
        {
            while (Stopwatch.GetElapsedTime(started) < span)
            {
                var id = Guid.NewGuid().ToString("N");
                var fence = await store.BeginAsync(id, First);
                Interlocked.Increment(ref rows);
                for (var next = 1; next < shape.Rows && Stopwatch.GetElapsedTime(started) < span; next++)
                {
                    await store.AppendAsync(id, RowOf(next, isLast: next == shape.Rows - 1), fence);
                    Interlocked.Increment(ref rows);
                }
            }
        }
    }

    private static CheckpointRow First => s_entered with { Sequence = 0, WorkflowName = "orders" };

    private static CheckpointRow RowOf(int sequence, bool isLast) =>
        s_entered with
        {
            Sequence = sequence,
            Visit = sequence,
            Kind = isLast ? RowKind.Finished : RowKind.StateEntered,
        };

    /// <summary>The store's own statement, for one row, by as many clients.</summary>
    private static async Task<Measured> PgbenchAsync(
        Server server,
        int clients,
        TimeSpan span,
        PostgresCheckpointStore store
    )
    {
        var prefix = Guid.NewGuid().ToString("N");
        for (var client = 0; client < clients; client++)
            await store.BeginAsync($"{prefix}{client}", First);
        var script = Path.Combine(Path.GetTempPath(), $"{prefix}.sql");
        await File.WriteAllTextAsync(script, ScriptOf(prefix));
        var (spent, started) = (server.Spent(), Stopwatch.GetTimestamp());
        using var pgbench = Process.Start(
            new ProcessStartInfo(
                Path.Combine(Server.Folder, "pgbench"),
                [
                    "-h",
                    server.Directory,
                    "-U",
                    "cano",
                    "-n",
                    "-M",
                    "prepared",
                    "-D",
                    "seq=0",
                    "-f",
                    script,
                    "-c",
                    $"{clients}",
                    "-j",
                    $"{Math.Min(2, clients)}",
                    "-T",
                    $"{span.TotalSeconds}",
                    "postgres",
                ]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var said = await pgbench.StandardOutput.ReadToEndAsync();
        await pgbench.WaitForExitAsync();
        File.Delete(script);
        var rows = await server.AskAsync<long>(
            $"select sum(next_seq - 1)::int8 from {Schema}.run where run_id like '{prefix}%'"
        );
        var tps = said.Split('\n').Single(line => line.StartsWith("tps", StringComparison.Ordinal));
        return new(
            double.Parse(tps.Split(' ')[2], CultureInfo.InvariantCulture),
            (server.Spent() - spent).TotalMicroseconds / rows,
            0
        );
    }

    private static string ScriptOf(string prefix)
    {
        string[] values =
        [
            $"array['{prefix}' || :client_id]::text[]",
            "array[:seq]::int8[]",
            $"array[{long.MaxValue}]::int8[]",
            "array[decode(repeat('ab', 130), 'hex')]::bytea[]",
            "'{0}'::int2[]",
            "array[:seq]::int8[]",
            "'{f}'::bool[]",
            "'{0}'::int8[]",
            "'{638000000000000000}'::int8[]",
            "'{0}'::int8[]",
            "'{3}'::int8[]",
            "'{Reserve}'::text[]",
            "array[null]::text[]",
            "'{f}'::bool[]",
            "'{f}'::bool[]",
            "'{f}'::bool[]",
            "'{f}'::bool[]",
            "'{-1}'::int8[]",
        ];
        var text = RowStatements.Next.Replace("cano.", $"{Schema}.", StringComparison.Ordinal);
        // From the last on: $1 begins $10 too.
        for (var n = values.Length; n > 0; n--)
        {
            var at = text.IndexOf($"${n}::", StringComparison.Ordinal);
            var end = text.IndexOf("[]", at, StringComparison.Ordinal) + 2;
            text = text[..at] + values[n - 1] + text[end..];
        }

        return $"\\set seq :seq + 1\n{text.ReplaceLineEndings(" ")};\n";
    }
}
