namespace Cano.Examples.Programs;

/// <summary>Many instances at once, waited for by a strategy: all, enough of them, or for a while.</summary>
public static class ConcurrentBatch
{
    private enum State
    {
        Import,
        Done,
    }

    public static async Task RunAsync(TextWriter output)
    {
        await ShowAsync("wait for all", ConcurrentStrategy.WaitForever, [Quick, Quick, Broken], output);

        // Two are enough: the third is told to stop, and awaited until it has.
        await ShowAsync(
            "wait for a quota of 2",
            ConcurrentStrategy.WaitForQuota(2),
            [Quick, Endless, Quick],
            output
        );

        var soon = TimeSpan.FromMilliseconds(50);
        await ShowAsync(
            "wait for 50 ms",
            ConcurrentStrategy.WaitDuration(soon),
            [Endless, Endless, Endless],
            output
        );

        await OverlapAsync(output);
    }

    private static async Task ShowAsync(
        string name,
        ConcurrentStrategy strategy,
        Func<Workflow<State>>[] makes,
        TextWriter output
    )
    {
        var many = new ConcurrentWorkflow<State>(strategy).AddInstances(
            makes.Select((make, i) => ($"{make.Method.Name}-{i}", make(), State.Import))
        );

        // A failed instance fails nobody else, and nothing is thrown: the results tell.
        var results = await many.OrchestrateAsync();
        var (completed, failed, cancelled) = (results.Completed, results.Failed, results.Cancelled);
        output.WriteLine($"{name}: {completed} completed, {failed} failed, {cancelled} cancelled");
        foreach (
            var (instance, outcome) in results.Outcomes.OrderBy(pair => pair.Key, StringComparer.Ordinal)
        )
            output.WriteLine(
                $"  {instance}: {outcome.Match(Right: exit => $"{exit}", Left: error => error.Message)}"
            );
    }

    /// <summary>Five instances that wait for something outside take about the time of one. Here each waits
    /// until all five are under way: one after the other they would never end.</summary>
    private static async Task OverlapAsync(TextWriter output)
    {
        const int Instances = 5;
        using var arrived = new CountdownEvent(Instances);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Importing(async cancellationToken =>
        {
            if (arrived.Signal())
                all.SetResult();
            await all.Task.WaitAsync(cancellationToken);
        });
        var results = await new ConcurrentWorkflow<State>(ConcurrentStrategy.WaitForever)
            .AddInstances(Enumerable.Range(1, Instances).Select(i => $"instance-{i}"), waiting, State.Import)
            .WithConcurrencyLimit(Instances)
            .OrchestrateAsync();
        output.WriteLine($"{results.Completed} instances were under way at once");
    }

    private static Workflow<State> Quick() => Importing(_ => Task.CompletedTask);

    private static Workflow<State> Broken() => Importing(_ => throw new IOException("no such file"));

    private static Workflow<State> Endless() =>
        Importing(token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));

    private static Workflow<State> Importing(Func<CancellationToken, Task> work) =>
        Workflow
            .Bare<State>()
            .Register(
                State.Import,
                async (_, cancellationToken) =>
                {
                    await work(cancellationToken);
                    return State.Done;
                },
                TaskConfig.Minimal
            )
            .AddExitState(State.Done);
}
