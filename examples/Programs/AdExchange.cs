using System.Globalization;

namespace Cano.Examples.Programs;

/// <summary>An ad is auctioned in four splits: context, bids, scores, tracking. Partners that do not bid in
/// time are left out; a request whose context does not come in time ends in an error fan-out.</summary>
public static class AdExchange
{
    private const int Partners = 5;

    private enum State
    {
        Context,
        Bidding,
        Scoring,
        Auction,
        Tracking,
        ErrorFanOut,
        Complete,
        Failed,
    }

    private sealed record Request(string Id, bool HasProfile, TimeSpan ContextLimit);

    public static async Task RunAsync(TextWriter output)
    {
        var (generous, tight) = (TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(50));
        await SellAsync(new Request("request-1", HasProfile: true, generous), output);
        await SellAsync(new Request("request-2", HasProfile: false, tight), output);
    }

    private static async Task SellAsync(Request request, TextWriter output)
    {
        var workflow = Exchange(request, output);
        var sold = await workflow.TryOrchestrateAsync(State.Context);

        // A split that is not met fails its run. The fan-out is a run of its own, begun in another state.
        var exit = await sold.Match(
            Right: Task.FromResult,
            Left: error =>
            {
                output.WriteLine($"{request.Id}: {error.Category} in {error.State}");
                return workflow.OrchestrateAsync(State.ErrorFanOut);
            }
        );
        output.WriteLine($"{request.Id}: {exit}");
    }

    private static Workflow<State> Exchange(Request request, TextWriter output)
    {
        // The time is up when two of three sources have answered, or three of five partners.
        var timekeeper = request.HasProfile
            ? new Timekeeper(nameof(State.Bidding), answers: 3)
            : new Timekeeper(nameof(State.Context), answers: 2);
        return Auction(request, output).WithTimeProvider(timekeeper.Time).WithObserver(timekeeper);
    }

    private static Workflow<State> Auction(Request request, TextWriter output) =>
        Workflow
            .Create<State>(new Resources().Insert("store", new MemoryStore()))
            // Every source must answer, in time.
            .RegisterSplit(
                State.Context,
                [
                    Put("user", "ada"),
                    request.HasProfile ? Put("profile", "lamps") : Hanging("profile"),
                    Put("site", "news"),
                ],
                JoinConfig.Create(JoinStrategy.All, State.Bidding).WithTimeout(request.ContextLimit)
            )
            // Whoever has bid when the time is up takes part.
            .RegisterSplit(
                State.Bidding,
                Enumerable
                    .Range(1, Partners)
                    .Select(id => id % 2 == 0 ? Hanging($"partner-{id}") : Put($"bid-{id}", 10 * id)),
                JoinConfig
                    .Create(JoinStrategy.PartialTimeout, State.Scoring)
                    .WithTimeout(TimeSpan.FromMilliseconds(90))
            )
            // The branches of this split are known only when it is entered: one for each bid.
            .RegisterSplit(State.Scoring, Scorers, JoinConfig.Create(JoinStrategy.All, State.Auction))
            .Register(
                State.Auction,
                context =>
                {
                    var winner = Bidders(context).MaxBy(id => context.Store.Get<double>($"score-{id}"));
                    var bid = context.Store.Get<int>($"bid-{winner}");
                    output.WriteLine(
                        $"{request.Id}: {Bidders(context).Count()} bids, partner-{winner} wins with {bid}"
                    );
                    return State.Tracking;
                }
            )
            .RegisterSplit(
                State.Tracking,
                [Put("impression", true), Put("invoice", true)],
                JoinConfig.Create(JoinStrategy.All, State.Complete)
            )
            .RegisterSplit(
                State.ErrorFanOut,
                [Put("alarm", true), Put("house-ad", true)],
                JoinConfig.Create(JoinStrategy.All, State.Failed)
            )
            .AddExitStates(State.Complete, State.Failed);

    private static IEnumerable<int> Bidders(TaskContext context) =>
        Enumerable.Range(1, Partners).Where(id => context.Store.Contains($"bid-{id}"));

    private static IEnumerable<ITask<State>> Scorers(TaskContext context) =>
        Bidders(context)
            .Select(id =>
                CanoTask.From(
                    $"score-{id.ToString(CultureInfo.InvariantCulture)}",
                    (branch, _) =>
                    {
                        // The highest bid loses some of its lead to a partner whose ads are liked better.
                        var liking = id == 3 ? 2.0 : 1.0;
                        branch.Store.Put($"score-{id}", branch.Store.Get<int>($"bid-{id}") * liking);
                        return new ValueTask<State>(State.Auction);
                    }
                )
            );

    /// <summary>Answers at once. Which state a branch returns does not matter: the join says what
    /// follows.</summary>
    private static ITask<State> Put<T>(string key, T value) =>
        CanoTask.From(
            key,
            (context, _) =>
            {
                context.Store.Put(key, value);
                return new ValueTask<State>(State.Complete);
            }
        );

    /// <summary>Answers only to being told to stop.</summary>
    private static ITask<State> Hanging(string name) =>
        CanoTask.From(
            name,
            async (context, cancellationToken) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.TimeProvider, cancellationToken);
                return State.Complete;
            }
        );
}
