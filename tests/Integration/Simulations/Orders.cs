using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>Orders that have children, sound ones and ones with a bug.</summary>
internal static class Orders
{
    public static readonly Signal Confirm = new("confirm");

    /// <summary>Reserves, has one child pay and then one for each parcel send it.</summary>
    public static Workflow<Stage> Sound(Simulation simulation)
    {
        var bank = new CompensationLedger();
        simulation.Invariant(
            "a completed order is paid once, and each of its parcels sent once",
            run => !run.EndedIn(Stage.End) || bank.Done.Order().SequenceEqual(["pay", "send", "send", "send"])
        );
        simulation.Invariant(
            "an order whose payment failed has sent nothing",
            run => !run.EndedIn(Stage.Stop) || !bank.Done.Contains("send")
        );
        return Of(
            context => bank.Do("pay", context.EffectKey),
            context => bank.Do("send", context.EffectKey)
        );
    }

    /// <summary>A child pays without its effect key: it pays twice when it crashes behind the
    /// payment.</summary>
    public static Workflow<Stage> PaidTwice(Simulation simulation)
    {
        var payments = 0;
        simulation.Invariant("nobody pays twice", _ => payments <= 1);
        return Of(_ => payments++, _ => { });
    }

    /// <summary>Counts its parcels where they are sent: a child that dies behind that counts once
    /// more.</summary>
    public static Workflow<Stage> Counting(Simulation simulation)
    {
        var sent = 0;
        simulation.Invariant("each parcel is counted once", run => !run.EndedIn(Stage.End) || sent == 3);
        return Of(_ => { }, _ => sent++);
    }

    /// <summary>Goes on as if a payment that failed had been made.</summary>
    public static Workflow<Stage> Trusting(Simulation simulation)
    {
        var bank = new CompensationLedger();
        simulation.Invariant(
            "nothing is sent that is not paid",
            _ => !bank.Done.Contains("send") || bank.Done.Contains("pay")
        );
        return Of(
            context => bank.Do("pay", context.EffectKey),
            context => bank.Do("send", context.EffectKey),
            _ => Stage.Next
        );
    }

    /// <summary>Asks three carriers at once, in a time that may be too short, and takes whoever answers
    /// first. Each of them books, which can be undone, and answers after a while.</summary>
    public static Workflow<Stage> Race(Simulation simulation)
    {
        var books = new CompensationLedger();
        var join = simulation.Random.Next(2) == 0 ? JoinStrategy.Any : JoinStrategy.Quorum(2);
        simulation.Invariant(
            "who answered has booked, and who was told to stop has not",
            run =>
            {
                foreach (var (id, rows) in run.ChildRows)
                    if (rows[^1].Status == RowStatus.Completed)
                        Assert.Contains(id, books.Left);
                    else if (rows.Any(row => row.Kind == RowKind.StepCompleted))
                        Assert.Contains(id, books.Undone);
            }
        );
        return Workflow
            .Bare<Stage>()
            .WithName("race")
            .RegisterChildren(Stage.Start, ["quick", "slow", "late"], join, books, simulation.Random)
            .AddExitState(Stage.End);
    }

    /// <summary>Fails with any of its children, none of which is tried twice or can be undone: it is tried
    /// again, and those that failed with it.</summary>
    public static Workflow<Stage> Insisting(Simulation simulation)
    {
        var sent = new CompensationLedger();
        simulation.Invariant(
            "each parcel of a completed order is sent once",
            run => !run.IsCompleted || sent.Done.Order().SequenceEqual(["run/0/0", "run/0/1", "run/0/2"])
        );
        var parcel = Workflow
            .Bare<Stage>()
            .WithName("plain parcel")
            .Register(
                Stage.Start,
                context =>
                {
                    sent.Do(context.RunId, context.EffectKey);
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
        return Workflow
            .Bare<Stage>()
            .WithName("insisting")
            .RegisterChildren(
                Stage.Start,
                _ => new[] { 1, 2, 3 },
                parcel,
                Stage.Start,
                JoinStrategy.All,
                (_, _) => Stage.End
            )
            .AddExitState(Stage.End);
    }

    /// <summary>An order whose children are orders.</summary>
    public static Workflow<Stage> Nested(Simulation simulation)
    {
        var order = Sound(simulation);
        return Workflow
            .Bare<Stage>()
            .WithName("basket")
            .RegisterChildren(
                Stage.Start,
                [ChildRun.Of("one", order, Stage.Start)],
                JoinStrategy.All,
                (_, ends) => ends.Of<Stage>("one").Exit
            )
            .AddExitStates(Stage.End, Stage.Stop);
    }

    private static Workflow<Stage> RegisterChildren(
        this Workflow<Stage> workflow,
        Stage state,
        IReadOnlyList<string> names,
        JoinStrategy join,
        CompensationLedger books,
        Random random
    ) =>
        workflow.RegisterChildren(
            state,
            names.Select(
                (name, index) =>
                    ChildRun.Of(name, Carrier(name, TimeSpan.FromHours(index), books), Stage.Start)
            ),
            join,
            (_, _) => Stage.End,
            new SplitConfig
            {
                WaitForAll = random.Next(2) == 0,
                Bulkhead = random.Next(2) == 0 ? 2 : null,
                Timeout = random.Next(2) == 0 ? TimeSpan.FromHours(1 + random.Next(3)) : null,
            }
        );

    private static Workflow<Stage> Carrier(string name, TimeSpan answersAfter, CompensationLedger books) =>
        Workflow
            .Bare<Stage>()
            .WithName(name)
            .RegisterWithCompensation(
                Stage.Start,
                (context, _) =>
                {
                    books.Do(context.RunId, context.EffectKey);
                    return new ValueTask<(Stage, string)>((Stage.Work, context.EffectKey));
                },
                (context, key, _) =>
                {
                    books.Undo(context.RunId, key);
                    return default;
                }
            )
            .RegisterTimer(Stage.Work, answersAfter, Stage.End)
            .AddExitState(Stage.End);

    private static Workflow<Stage> Of(
        Action<TaskContext> pay,
        Action<TaskContext> send,
        Func<ChildEnd<Stage>, Stage>? next = null
    ) =>
        Workflow
            .Bare<Stage>()
            .WithName("order")
            .RegisterWithCompensation(
                Stage.Start,
                (_, _) => new ValueTask<(Stage, int)>((Stage.Work, 1)),
                (_, _, _) => default
            )
            .RegisterChild(
                Stage.Work,
                Payment(pay),
                Stage.Start,
                _ => 120,
                (_, end) =>
                    next?.Invoke(end)
                    ?? (end is { IsSuccess: true, Exit: Stage.End } ? Stage.Next : Stage.Stop),
                to: [Stage.Next, Stage.Stop]
            )
            .RegisterChildren(
                Stage.Next,
                _ => new[] { 1, 2, 3 },
                Parcel(send),
                Stage.Start,
                JoinStrategy.All,
                (context, ends) =>
                {
                    context.SetOutput(ends.Sum(end => end.Output<int>()));
                    return Stage.End;
                },
                new SplitConfig { Bulkhead = 2 }
            )
            .AddExitStates(Stage.End, Stage.Stop);

    /// <summary>Waits for a confirmation, at most an hour, and pays.</summary>
    private static Workflow<Stage> Payment(Action<TaskContext> pay) =>
        Workflow
            .Bare<Stage>()
            .WithName("payment")
            .Accepts<int>()
            .RegisterWait(
                Stage.Start,
                Wait.For<Stage>().On(Confirm, Stage.Work).After(TimeSpan.FromHours(1), Stage.Stop)
            )
            .Register(
                Stage.Work,
                context =>
                {
                    pay(context);
                    return Stage.End;
                }
            )
            .AddExitStates(Stage.End, Stage.Stop);

    /// <summary>Packs, which can be undone, waits a day, and sends.</summary>
    private static Workflow<Stage> Parcel(Action<TaskContext> send) =>
        Workflow
            .Bare<Stage>()
            .WithName("parcel")
            .Accepts<int>()
            .RegisterWithCompensation(
                Stage.Start,
                (context, _) => new ValueTask<(Stage, int)>((Stage.Work, context.Input<int>())),
                (_, _, _) => default
            )
            .RegisterTimer(Stage.Work, TimeSpan.FromDays(1), Stage.Next)
            .Register(
                Stage.Next,
                context =>
                {
                    send(context);
                    context.SetOutput(2 * context.Input<int>());
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
}
