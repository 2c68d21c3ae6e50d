namespace Cano.Examples.Programs;

/// <summary>The six ways to join a split, each with branches that succeed, fail, or never answer.</summary>
/// <remarks>A join is decided as soon as its verdict is certain, in both directions. What still runs then is
/// told to stop and awaited, and counts as cancelled; nothing goes on behind the workflow's back.</remarks>
public static class JoinStrategies
{
    private enum State
    {
        Split,
        Joined,
        Done,
    }

    public static async Task RunAsync(TextWriter output)
    {
        await JoinAsync("All of 3 shards", Join(JoinStrategy.All), [.. Good(3)], output);
        await JoinAsync("Any of 3 providers", Join(JoinStrategy.Any), [Slow(), .. Good(1), Slow()], output);

        var replicas = Join(JoinStrategy.Quorum(3));
        await JoinAsync("Quorum 3 of 5 replicas", replicas, [Slow(), .. Good(3), Slow()], output);

        // Asked to wait for all, the join hears every failure; else it would go on at the 75th success.
        var records = Join(JoinStrategy.Percentage(0.75)).WaitForAll();
        await JoinAsync("Percentage 0.75 of 100 records", records, [.. Bad(25), .. Good(75)], output);

        var services = Join(JoinStrategy.PartialResults(2));
        await JoinAsync("PartialResults 2 of 4 services", services, [.. Good(2), Slow(), Slow()], output);

        // Only this strategy decides by time: it takes what has ended by then, and asks for at least one.
        var engines = Join(JoinStrategy.PartialTimeout).WithTimeout(TimeSpan.FromMilliseconds(100));
        ITask<State>[] four = [.. Good(1), .. Bad(1), Slow(), Slow()];
        await JoinAsync(
            "PartialTimeout over 4 engines",
            engines,
            four,
            output,
            new Timekeeper(nameof(State.Split), answers: 2)
        );

        // Two failures of three: no answer of the third can make a quorum of two any more.
        var quorum = Join(JoinStrategy.Quorum(2));
        await JoinAsync("Quorum 2 of 3, out of reach", quorum, [.. Bad(2), Slow()], output);
    }

    private static JoinConfig<State> Join(JoinStrategy strategy) =>
        JoinConfig.Create(strategy, State.Joined).WithStorePartialResults();

    private static async Task JoinAsync(
        string name,
        JoinConfig<State> join,
        IEnumerable<ITask<State>> branches,
        TextWriter output,
        Timekeeper? timekeeper = null
    )
    {
        var workflow = Workflow
            .Create<State>(new Resources().Insert("store", new MemoryStore()))
            .RegisterSplit(State.Split, branches, join)
            .Register(
                State.Joined,
                context =>
                {
                    // The next task sees the result in its context; stored, it is there for every later one
                    // too.
                    var result = context.Store.Get<SplitResult>("split_results");
                    var (good, bad, slow) = (
                        result.Successes.Count,
                        result.Errors.Count,
                        result.Cancelled.Count
                    );
                    output.WriteLine($"{name}: {good} ok, {bad} failed, {slow} cancelled");
                    return State.Done;
                }
            )
            .AddExitState(State.Done);
        if (timekeeper is not null)
            workflow = workflow.WithTimeProvider(timekeeper.Time).WithObserver(timekeeper);

        var outcome = await workflow.TryOrchestrateAsync(State.Split);
        outcome.IfLeft(error => output.WriteLine($"{name}: {error.Message}"));
    }

    private static IEnumerable<ITask<State>> Good(int count) => Repeated(count, "good", _ => State.Joined);

    private static IEnumerable<ITask<State>> Bad(int count) =>
        Repeated(count, "bad", _ => throw new InvalidOperationException("no connection"));

    // One attempt each: a branch has failed only when its retries are used up.
    private static IEnumerable<ITask<State>> Repeated(int count, string name, Func<int, State> answer) =>
        Enumerable
            .Range(0, count)
            .Select(i => CanoTask.From(name, (_, _) => new ValueTask<State>(answer(i)), TaskConfig.Minimal));

    /// <summary>Waits until it is told to stop, as a service does that is too slow.</summary>
    private static ITask<State> Slow() =>
        CanoTask.From(
            "too slow",
            async (context, cancellationToken) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.TimeProvider, cancellationToken);
                return State.Joined;
            }
        );
}
