namespace Cano.Reliability.Golden;

/// <summary>The workflows of golden journals that need an engine: parents with children, and what counts a
/// total time. Old journals are resumed with them for ever: there may be more, but what is there has to
/// stay.</summary>
internal sealed partial class GoldenFamily
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
    private readonly Workflow<string> _fickle;
    private bool _fails;

    /// <param name="tell">Hears what each run does.</param>
    /// <param name="isWritten">Whether a journal is written; else its runs are gone on with.</param>
    public GoldenFamily(Action<string, string> tell, bool isWritten)
    {
        (_tell, _fails) = (tell, isWritten);
        (_leaf, _greeting, _patient, _fickle) = (Leaf(), Greeting(), Patient(), Fickle());
    }

    /// <summary>Where runs begin, each the name of its workflow: a child, one that fails, one for each item
    /// with a time for all and one of them not needed, children with names, a child that is cancelled because
    /// its parent's total time is over, one that was not there yet when its parent was cancelled, and a run
    /// that was retried within a total time, summed up, and a parent that was retried with the child that had
    /// failed.</summary>
    public static IReadOnlyList<string> Beginnings { get; } =
    ["one", "failing", "each", "named", "halted", "recalled", "again", "retold"];

    /// <summary>Those whose runs are retried when they have failed.</summary>
    public static IReadOnlySet<string> Retried { get; } = new HashSet<string> { "again", "retold" };

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
            "retold" => Retold(),
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
                    FailOnce();
                    return "rests";
                },
                s_once
            )
            .RegisterTimer("rests", s_hour, "end")
            .AddExitState("end")
            .WithTotalTimeout(s_day)
            .WithSnapshotEvery(1);

    private Workflow<string> Retold() =>
        Workflow
            .Bare<string>()
            .WithName("retold")
            .RegisterChildren(
                "begins",
                _ => new[] { 6, 7 },
                _fickle,
                "tries",
                JoinStrategy.All,
                (context, ends) =>
                {
                    _tell(context.RunId, string.Join(" ", ends.Select(end => end.Output<int>())));
                    return "end";
                },
                new SplitConfig { Bulkhead = 1, WaitForAll = true }
            )
            .AddExitState("end");

    private void FailOnce()
    {
        var fails = _fails;
        _fails = false;
        if (fails)
            throw new InvalidOperationException("on purpose");
    }

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

    private string Told(TaskContext context, ChildEnd<string> end)
    {
        var gave = end.IsSuccess ? $"{end.Exit} {end.Output<int>()}" : $"{end.Error?.Category}";
        _tell(context.RunId, $"child {end.Status} {gave}");
        return "end";
    }
}
