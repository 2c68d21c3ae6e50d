namespace Cano.Reliability.Families;

/// <summary>What bodies do: whoever runs them.</summary>
internal interface IBodies
{
    /// <summary>A body is at work for a while.</summary>
    Task WorkAsync(string run, string state);

    /// <summary>Whether the body is to fail this time.</summary>
    bool Fails(string run);
}

/// <summary>The workflows of a family: parents, children that have children, and children that have
/// none.</summary>
internal static class Kinds
{
    /// <summary>Ends, fails, waits for a signal or for a while, as its input says.</summary>
    public const string Leaf = "leaf";

    /// <summary>A leaf that is forgotten as soon as its parent has its end.</summary>
    public const string Brief = "brief";

    /// <summary>Has two leaves.</summary>
    public const string Middle = "middle";

    public const string Begin = "begin";
    public const string Done = "done";
    public const string Undo = "undo";
    private const string Pay = "pay";

    public static readonly Signal Finish = new("finish");
    public static readonly Signal Fail = new("fail");

    /// <summary>The children of a middle one.</summary>
    public static Shape OfMiddle { get; } = new(ShapeKind.Each, Leaf, [0, 0], JoinKind.All, false);

    public static Workflow<string> LeafOf(IBodies bodies, string name = Leaf)
    {
        return Paying(name, bodies, AfterPay)
            .Accepts<int>()
            .RegisterWait(
                "wait",
                Wait.For<string>().On(Finish, "work").On(Fail, _ => throw new IOException("told to fail"))
            )
            .RegisterWait(
                "rest",
                Wait.For<string>().On(Finish, "work").After(TimeSpan.FromSeconds(5), "work")
            )
            .Register(
                "work",
                async (context, _) =>
                {
                    await bodies.WorkAsync(context.RunId, "work").ConfigureAwait(false);
                    if (Mood(context) == 3 && bodies.Fails(context.RunId))
                        throw new IOException("as its input says");
                    context.SetOutput(2 * context.Input<int>());
                    return Done;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Done);

        static string AfterPay(TaskContext context) =>
            Mood(context) switch
            {
                1 => "rest",
                2 => "wait",
                _ => "work",
            };

        static int Mood(TaskContext context) => context.Input<int>() & 3;
    }

    public static Workflow<string> MiddleOf(IBodies bodies, Workflow<string> leaf) =>
        Paying(Middle, bodies, _ => "each")
            .Accepts<int>()
            .RegisterChildren(
                "each",
                context => (int[])[context.Input<int>(), (context.Input<int>() + 1) & 7],
                leaf,
                Begin,
                JoinStrategy.All,
                (context, ends) =>
                {
                    context.SetOutput(ends.Count);
                    return Done;
                }
            )
            .AddExitState(Done);

    /// <summary>A parent with one state for each shape.</summary>
    public static Workflow<string> TopOf(
        string name,
        IBodies bodies,
        IReadOnlyList<Shape> shapes,
        IReadOnlyDictionary<string, Workflow<string>> children
    )
    {
        var top = Paying(name, bodies, _ => StateOf(0)).Accepts<int>();
        for (var i = 0; i < shapes.Count; i++)
            top = With(top, StateOf(i), shapes[i], i + 1 < shapes.Count ? StateOf(i + 1) : "then", children);
        return top.Register(
                "then",
                async (context, _) =>
                {
                    await bodies.WorkAsync(context.RunId, "then").ConfigureAwait(false);
                    return Done;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Done);
    }

    /// <summary>The state of so many a shape.</summary>
    public static string StateOf(int shape) => shape == 0 ? "kids" : "more kids";

    private static Workflow<string> With(
        Workflow<string> top,
        string state,
        Shape shape,
        string next,
        IReadOnlyDictionary<string, Workflow<string>> children
    ) =>
        shape.Kind switch
        {
            ShapeKind.One => top.RegisterChild(
                state,
                children[shape.Child],
                Begin,
                _ => shape.Items[0],
                (_, end) => After(shape, next, end.IsSuccess)
            ),
            ShapeKind.Each => top.RegisterChildren(
                state,
                _ => shape.Items,
                children[shape.Child],
                Begin,
                shape.Strategy,
                (_, ends) => After(shape, next, ends.All(end => end.IsSuccess)),
                shape.Config
            ),
            _ => top.RegisterChildren(
                state,
                [
                    ChildRun.Of(Shape.Names[0], children[Leaf], Begin, _ => shape.Items[0]),
                    ChildRun.Of(Shape.Names[1], children[Middle], Begin, _ => shape.Items[1]),
                    ChildRun.Of(Shape.Names[2], children[Brief], Begin, _ => shape.Items[2]),
                ],
                shape.Strategy,
                (_, ends) => After(shape, next, ends.AllSucceeded),
                shape.Config
            ),
        };

    private static string After(Shape shape, string next, bool isGood) =>
        shape.Throws && !isGood ? throw new IOException("one of them failed") : next;

    /// <summary>Pays first, which can be undone, when its input has the third bit.</summary>
    private static Workflow<string> Paying(string name, IBodies bodies, Func<TaskContext, string> next) =>
        Workflow
            .Bare<string>()
            .WithName(name)
            .Register(
                Begin,
                async (context, _) =>
                {
                    await bodies.WorkAsync(context.RunId, Begin).ConfigureAwait(false);
                    return (context.Input<int>() & 4) == 0 ? next(context) : Pay;
                },
                TaskConfig.Minimal
            )
            .RegisterWithCompensation<int>(
                Pay,
                async (context, _) =>
                {
                    await bodies.WorkAsync(context.RunId, Pay).ConfigureAwait(false);
                    return (next(context), 7);
                },
                async (context, _, _) => await bodies.WorkAsync(context.RunId, Undo).ConfigureAwait(false),
                TaskConfig.Minimal
            );
}
