using System.Diagnostics;

namespace Cano.Aot;

/// <summary>A trip whose process dies on the way, and its next one.</summary>
internal static class Journey
{
    private const int DiesAt = 3;
    private static readonly Trip s_trip = new("Oslo", ["a", "bb", "ccc"]);
    private static readonly CanoEngineOptions s_options = new() { Json = TripJson.Default.Options };

    /// <summary>The process that dies.</summary>
    public static async Task<int> BeginAndDieAsync(string directory)
    {
        await using var engine = await CanoEngine.OpenAsync(directory, s_options);
        var trip = new TripWorkflow
        {
            OnStep = step =>
            {
                if (step == DiesAt)
                    Process.GetCurrentProcess().Kill();
            },
        }.Build();
        engine.Add(trip);
        var run = await engine.StartAsync(trip, Leg.Plan, "killed", s_trip);
        await run.Completion();
        return 1;
    }

    public static async Task<int> CheckAsync()
    {
        var directory = Directory.CreateTempSubdirectory("cano-aot-").FullName;
        try
        {
            await DieAsync(directory);
            await ResumeAsync(directory);
            await UndoAsync(directory);
            await AloneAsync(directory);
        }
        catch (Exception broken)
        {
            await Console.Error.WriteLineAsync($"FAIL {broken}");
            return 1;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        Console.WriteLine("PASS begun, killed, resumed, undone");
        return 0;
    }

    private static async Task DieAsync(string directory)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        // Started by `dotnet Cano.Aot.dll` the process is dotnet.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Cano.Aot.dll"));
        start.ArgumentList.Add("begin");
        start.ArgumentList.Add(directory);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Check(process.ExitCode is not (0 or 1 or 2), $"the first process ended with {process.ExitCode}");
    }

    private static async Task ResumeAsync(string directory)
    {
        await using var engine = await CanoEngine.OpenAsync(directory, s_options);
        var walk = new TripWorkflow();
        var trip = walk.Build();
        engine.Add(trip);
        var ends = 0;
        await foreach (var end in engine.ResumeAsync())
        {
            ends++;
            Check(end.Status == RunStatus.Completed, $"{end}");
        }

        Check(ends == 1, $"{ends} runs ended");
        Check(walk.Walked == TripWorkflow.Steps - DiesAt + 1, $"{walk.Walked} steps were made");
        var diary = await engine.Run(trip, "killed").OutputAsync<Diary>();
        Check(
            diary is { City: "Oslo", Steps: TripWorkflow.Steps } && diary.Lengths.SequenceEqual([1, 2, 3]),
            $"{diary}"
        );
        var states = (await engine.HistoryAsync("killed")).Select(row => row.State).Distinct();
        Check(states.SequenceEqual(["Plan", "Ask", "book-it", "Walk", "Home"]), string.Join(", ", states));
        var data = await engine.DataAsync("killed");
        Check(data["ticket"] == """{"City":"Oslo","Price":1,"Until":null}""", data["ticket"]);
    }

    private static async Task UndoAsync(string directory)
    {
        await using var engine = await CanoEngine.OpenAsync(directory, s_options);
        var walk = new TripWorkflow { Goal = Leg.Fail };
        var trip = walk.Build();
        engine.Add(trip);
        var run = await engine.StartAsync(trip, Leg.Plan, "undone", s_trip);
        var error = "";
        try
        {
            await run.Completion();
        }
        catch (CanoException failed)
        {
            error = failed.Error.ToString();
        }

        Check(error.Contains("rain", StringComparison.Ordinal), error);
        Check(walk.Refunded == new Ticket("Oslo", 7, DateTimeOffset.UnixEpoch), $"{walk.Refunded}");
        var status = (await run.DescribeAsync()).Status;
        Check(status == RunStatus.RolledBack, $"{status}");
    }

    /// <summary>A workflow of numbers, without an engine.</summary>
    private static async Task AloneAsync(string directory)
    {
        var workflow = Workflow
            .Create<int>()
            .WithCheckpoints(Path.Combine(directory, "alone"))
            .WithJson(TripJson.Default.Options)
            .RegisterWithCompensation<Ticket>(
                0,
                (_, _) => new ValueTask<(int, Ticket)>((1, new Ticket("Rome", 2, null))),
                (_, _, _) => ValueTask.CompletedTask
            )
            .RegisterStepped<long>(
                1,
                (_, cursor, _) => new(cursor.HasValue ? StepOutcome.Done(2) : StepOutcome.More(long.MaxValue))
            )
            .AddExitState(2);
        Check(await workflow.OrchestrateAsync(0, "alone") == 2, "the run alone went elsewhere");
        await FasterCheckpointStore.CloseAsync(Path.Combine(directory, "alone"));
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException(what);
    }
}
