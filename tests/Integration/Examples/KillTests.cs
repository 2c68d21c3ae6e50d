using Xunit.Abstractions;

namespace Cano.Integration.Examples;

/// <summary>The text pipeline is killed again and again, at moments it does not choose.</summary>
[Collection(StartsProcesses.Name)]
public sealed class KillTests(ITestOutputHelper log)
{
    private const int Kills = 20;
    private const int Rounds = 8;
    private const int RoundSize = 64;

    [Fact]
    public async Task Killed_at_any_moment_it_loses_nothing_repeats_nothing_finished_and_reports_the_same()
    {
        var seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var moments = new Random(seed);
        using var run = new TextPipelineRun();
        run.WriteMany(Rounds * RoundSize);
        var undisturbed = await run.UndisturbedReportAsync();

        IReadOnlyList<CheckpointRow> before = [];
        var (kills, runs) = (0, 0);
        // On a busy machine every kill may come before the program has begun: it is let live until one run
        // has ended.
        while (kills < Kills || before.Count > 0 || runs == 0)
        {
            var killed = kills < Kills;
            TimeSpan? life = killed ? TimeSpan.FromMilliseconds(moments.Next(200, 900)) : null;
            var output = await OutputAsync(run, life);
            kills += killed ? 1 : 0;
            var after = await run.RowsAsync();
            log.WriteLine($"kill {kills}: {after.Count} rows");

            if (before.Count > 0)
                Assert.DoesNotContain("begins", output, StringComparison.Ordinal);
            if (after is [] or [.., { Kind: RowKind.Finished }])
            {
                // The run ended before it was killed, or it had not begun.
                if (before.Count > 0 || output.Contains("Completed in done", StringComparison.Ordinal))
                    Assert.Equal(undisturbed, TakeReport(run, ref runs));
                before = [];
                continue;
            }

            NothingIsLost(before, after);
            NothingFinishedRuns(before, after);
            before = after;
        }

        log.WriteLine($"{runs} runs ended");
        Assert.True(runs > 0);
    }

    /// <summary>Rows only grow, without a hole.</summary>
    private static void NothingIsLost(IReadOnlyList<CheckpointRow> before, IReadOnlyList<CheckpointRow> after)
    {
        Assert.Equal(before, after.Take(before.Count));
        Assert.All(after, (row, place) => Assert.Equal(place, row.Sequence));
    }

    /// <summary>A visit whose next one was journaled is over: what comes is of the last one, or later. And no
    /// round is entered twice.</summary>
    private static void NothingFinishedRuns(
        IReadOnlyList<CheckpointRow> before,
        IReadOnlyList<CheckpointRow> after
    )
    {
        if (before.Count > 0)
            Assert.All(after.Skip(before.Count), row => Assert.True(row.Visit >= before[^1].Visit));
        Assert.InRange(
            after.Where(row => row.State == "advance").DistinctBy(row => row.Visit).Count(),
            0,
            Rounds
        );
    }

    private static string TakeReport(TextPipelineRun run, ref int runs)
    {
        runs++;
        var report = File.ReadAllText(run.ReportPath);
        File.Delete(run.ReportPath);
        return report;
    }

    private static async Task<string> OutputAsync(TextPipelineRun run, TimeSpan? life)
    {
        using var process = run.Start("--pace", "8");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (life is { } span)
        {
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(span, TimeProvider.System));
            process.Kill();
        }

        await process.WaitForExitAsync();
        Assert.Equal("", await errors);
        return await output;
    }
}
