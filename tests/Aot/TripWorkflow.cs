namespace Cano.Aot;

/// <summary>A step of every kind that keeps something of a user's.</summary>
internal sealed class TripWorkflow
{
    public const int Steps = 5;

    /// <summary>Called at each step of the walk, with the step's number.</summary>
    public Action<int> OnStep { get; init; } = _ => { };

    /// <summary>Where the walk leads.</summary>
    public Leg Goal { get; init; } = Leg.Home;

    /// <summary>The steps made by this process.</summary>
    public int Walked { get; private set; }

    /// <summary>What was given back.</summary>
    public Ticket? Refunded { get; private set; }

    public Workflow<Leg> Build() =>
        Workflow
            .Create<Leg>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName("trip")
            .Accepts<Trip>()
            .Returns<Diary>()
            .Register(Leg.Plan, Plan)
            .RegisterSplit(
                Leg.Ask,
                context => context.Input<Trip>().Stops,
                (_, stop, _) => new ValueTask<int>(stop.Length),
                JoinStrategy.All,
                Asked
            )
            .RegisterWithCompensation<Ticket>(Leg.Book, Book, Refund)
            .RegisterStepped<Place>(Leg.Walk, Step)
            .Register(Leg.Fail, _ => throw new InvalidOperationException("rain"), TaskConfig.Minimal)
            .AddExitState(Leg.Home);

    private static Leg Plan(TaskContext context)
    {
        context.Store.Put("ticket", new Ticket(context.Input<Trip>().City, 1, null));
        return Leg.Ask;
    }

    private static Leg Asked(TaskContext context, BranchResults<string, int> asked)
    {
        foreach (var length in asked.Succeeded)
            context.Store.Append("lengths", length.Value);
        return Leg.Book;
    }

    private static ValueTask<(Leg Next, Ticket Output)> Book(TaskContext context, CancellationToken token) =>
        new(
            (
                Leg.Walk,
                context.Store.Get<Ticket>("ticket") with
                {
                    Price = 7,
                    Until = DateTimeOffset.UnixEpoch,
                }
            )
        );

    private ValueTask Refund(TaskContext context, Ticket ticket, CancellationToken token)
    {
        Refunded = ticket;
        return ValueTask.CompletedTask;
    }

    private ValueTask<StepOutcome<Place, Leg>> Step(
        TaskContext context,
        Cursor<Place> cursor,
        CancellationToken token
    )
    {
        var stop = cursor.Or(new Place(0)).Stop;
        OnStep(stop);
        Walked++;
        if (stop < Steps)
            return new(StepOutcome.More(new Place(stop + 1)));
        var lengths = context.Store.Get<List<int>>("lengths");
        context.SetOutput(new Diary(context.Input<Trip>().City, stop, lengths));
        return new(StepOutcome.Done(Goal));
    }
}
