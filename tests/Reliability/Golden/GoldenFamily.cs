namespace Cano.Reliability.Golden;

/// <summary>The workflows of golden journals that need an engine: parents with children, and what counts a
/// total time. Old journals are resumed with them for ever: there may be more, but what is there has to
/// stay.</summary>
internal sealed class GoldenFamily
{
    private static readonly TaskConfig s_once = TaskConfig.Minimal.WithFixedRetry(0, TimeSpan.Zero);

    /// <summary>A time that is not over when the journal is read.</summary>
    private static readonly TimeSpan s_century = TimeSpan.FromDays(36_525);

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly Signal s_never = new("never");

    private readonly Action<string, string> _tell;
    private readonly Workflow<string> _leaf;
    private readonly Workflow<string> _greeting;
    private readonly Workflow<string> _patient;
    private bool _fails;

    /// <param name="tell">Hears what each run does.</param>
    /// <param name="isWritten">Whether a journal is written; else its runs are gone on with.</param>
    public GoldenFamily(Action<string, string> tell, bool isWritten)
    {
        (_tell, _fails) = (tell, isWritten);
        (_leaf, _greeting, _patient) = (Leaf(), Greeting(), Patient());
    }

    /// <summary>Where runs begin, each the name of its workflow: a child, one that fails, one for each item
    /// with a time for all and one of them not needed, children with names, a child that is cancelled because
    /// its parent's total time is over, one that was not there yet when its parent was cancelled, and a run
    /// that was retried within a total time, summed up.</summary>
    public static IReadOnlyList<string> Beginnings { get; } =
    ["one", "failing", "each", "named", "halted", "recalled", "again"];

    /// <summary>How long the runs of a beginning sleep.</summary>
    public static TimeSpan SleepOf(string beginning) => beginning == "again" ? s_hour : s_day;

    /// <summary>The runs of a beginning that all wait before their clock moves on.</summary>
    public static IReadOnlyList<string> Sleepers(string beginning, string id) =>
        beginning switch
        {
            "halted" => [id, $"{id}/1"],
            "again" => [id],
            _ => [],
        };

    /// <summary>Its parents, by name.</summary>
    public Workflow<string> Of(string beginning) =>
        beginning switch
        {
            "one" => One("one", 21),
            "failing" => One("failing", -1),
            "each" => Each(),
            "named" => Named(),
            "halted" => Paying("halted")
                .RegisterChild("child", _patient, "waits", Told)
                .WithTotalTimeout(s_day),
            "recalled" => Paying("recalled")
                .RegisterChild("child", _patient, "waits", Told)
                .WithTotalTimeout(s_day),
            "again" => Again(),
            _ => throw new ArgumentException(beginning),
        };

    private Workflow<string> One(string name, int given) =>
        Paying(name).RegisterChild("child", _leaf, "reserve", _ => given, Told);

    private Workflow<string> Each() =>
        Paying("each")
            .RegisterChildren(
                "child",
                context =>
                {
                    _tell(context.RunId, "lists");
                    return new[] { 1, -20, -10, 3, 4 };
                },
                _leaf,
                "reserve",
                JoinStrategy.PartialResults(2),
                (context, ends) =>
                {
                    _tell(context.RunId, string.Join(" ", ends.Select(end => $"{end.Status}")));
                    return "end";
                },
                new SplitConfig { Bulkhead = 1, Timeout = s_century }
            );

    private Workflow<string> Named() =>
        Paying("named")
            .RegisterChildren(
                "child",
                [
                    ChildRun.Of("payment", _leaf, "reserve", _ => 5),
                    ChildRun.Of("greeting", _greeting, "greet"),
                ],
                JoinStrategy.All,
                (context, ends) =>
                {
                    var (paid, greeted) = (ends.Of<string>("payment"), ends.Of<string>("greeting"));
                    _tell(context.RunId, $"{paid.Exit} {paid.Output<int>()}, {greeted.Exit}");
                    return "end";
                },
                new SplitConfig { Bulkhead = 1 }
            );

    private Workflow<string> Again() =>
        Workflow
            .Bare<string>()
            .WithName("again")
            .Register(
                "begins",
                context =>
                {
                    _tell(context.RunId, "begins");
                    var fails = _fails;
                    _fails = false;
                    return fails ? throw new InvalidOperationException("on purpose") : "rests";
                },
                s_once
            )
            .RegisterTimer("rests", s_hour, "end")
            .AddExitState("end")
            .WithTotalTimeout(s_day)
            .WithSnapshotEvery(1);

    /// <summary>Pays, which can be undone, and has a child, or several.</summary>
    private Workflow<string> Paying(string name) =>
        Workflow
            .Bare<string>()
            .WithName(name)
            .RegisterWithCompensation<int>(
                "begins",
                (context, _) =>
                {
                    _tell(context.RunId, "pays");
                    return new(("child", 7));
                },
                (context, paid, _) =>
                {
                    _tell(context.RunId, $"takes back {paid}");
                    return default;
                },
                s_once
            )
            .AddExitState("end");

    /// <summary>Reserves, which can be undone, and gives what it was given, doubled. Fails with what is below
    /// zero: with -10 it cannot reserve, with -20 not undo that.</summary>
    private Workflow<string> Leaf() =>
        Workflow
            .Bare<string>()
            .WithName("leaf")
            .WithWorkflowVersion(3)
            .Accepts<int>()
            .RegisterWithCompensation<int>(
                "reserve",
                (context, _) =>
                {
                    _tell(context.RunId, "reserves");
                    return context.Input<int>() == -10
                        ? throw new InvalidOperationException("on purpose")
                        : new(("gives", 8));
                },
                (context, reserved, _) =>
                {
                    _tell(context.RunId, $"gives back {reserved}");
                    return context.Input<int>() == -20
                        ? throw new InvalidOperationException("on purpose")
                        : default(ValueTask);
                },
                s_once
            )
            .Register(
                "gives",
                context =>
                {
                    _tell(context.RunId, $"gives {2 * context.Input<int>()}");
                    if (context.Input<int>() < 0)
                        throw new InvalidOperationException("on purpose");
                    context.SetOutput(2 * context.Input<int>());
                    return "given";
                },
                s_once
            )
            .AddExitState("given");

    /// <summary>Is given nothing, and gives nothing.</summary>
    private Workflow<string> Greeting() =>
        Workflow
            .Bare<string>()
            .WithName("greeting")
            .Register(
                "greet",
                context =>
                {
                    _tell(context.RunId, "greets");
                    return "greeted";
                },
                s_once
            )
            .AddExitState("greeted");

    /// <summary>Waits for what never comes.</summary>
    private static Workflow<string> Patient() =>
        Workflow
            .Bare<string>()
            .WithName("patient")
            .RegisterWait("waits", Wait.For<string>().On(s_never, "end"))
            .AddExitState("end");

    private string Told(TaskContext context, ChildEnd<string> end)
    {
        var gave = end.IsSuccess ? $"{end.Exit} {end.Output<int>()}" : $"{end.Error?.Category}";
        _tell(context.RunId, $"child {end.Status} {gave}");
        return "end";
    }
}
