using System.Reflection;
using Cano.Testing;
using Xunit.Sdk;

namespace Cano.Integration.Surface;

/// <summary>Values are values in C#: they compare with the operators, have no order that nobody meant, and
/// say on one line what they are.</summary>
public sealed class ValueTests
{
    private static readonly TimeSpan s_span = TimeSpan.FromSeconds(5);

    // Each is a table, and says so.
    private static readonly Type[] s_tables = [typeof(SchedulePreview)];

    // What only a workflow, or a run of one, makes.
    private static readonly Type[] s_ofWorkflows = [typeof(ChildRun), typeof(ChildEnds)];

    private static readonly string[] s_foreign =
    [
        "{ }",
        "seq [",
        "[|",
        "\n",
        "Cano.",
        "System.",
        "Microsoft.",
        "FSharp",
        "Some(",
        "`",
        "@",
        "<null>",
    ];

    public static TheoryData<object, string> Told =>
        new()
        {
            { RetryMode.None, "None" },
            { RetryMode.Fixed(2, s_span), "Fixed(2, 5 s)" },
            { RetryMode.Exponential(3), "Exponential(3)" },
            { RetryMode.ExponentialCustom(3, s_span, 1.5), "ExponentialCustom(3, 5 s, 1.5, 30 s, 0.1)" },
            { RetryMode.Delays(s_span, TimeSpan.Zero), "Delays(5 s, 0 s)" },
            { JoinStrategy.All, "All" },
            { JoinStrategy.Percentage(0.5), "Percentage(0.5)" },
            { ConcurrentStrategy.WaitForever, "WaitForever" },
            { ConcurrentStrategy.WaitForQuota(2), "WaitForQuota(2)" },
            { ConcurrentStrategy.WaitDuration(s_span), "WaitDuration(5 s)" },
            { ConcurrentStrategy.WaitQuotaOrDuration(2, s_span), "WaitQuotaOrDuration(2, 5 s)" },
            { new CircuitPolicy(), "opens after 5 failures for 30 s, then 1 trial at once" },
            { Fault.CircuitOpen, "Circuit breaker is open" },
            {
                new SplitResult([new(0, "a")], [new(1, "b", CanoError.Generic("no"))], []),
                "1 succeeded, 1 failed, 0 cancelled; branch 1 'b' failed: no"
            },
            { PollOutcome.Ready(Stage.Work), "Ready(Work)" },
            { (PollOutcome<Stage>)PollOutcome.Pending(s_span), "Pending(5 s)" },
            { default(PollOutcome<Stage>), "no answer" },
            { PollErrorPolicy.FailFast, "FailFast" },
            { PollErrorPolicy.RetryOnError(3), "RetryOnError(3)" },
            { (StepOutcome<int, Stage>)StepOutcome.More(3), "More(3)" },
            { (StepOutcome<int, Stage>)StepOutcome.Done(Stage.End), "Done(End)" },
            { default(StepOutcome<int, Stage>), "no answer" },
            { default(Cursor<int>), "no cursor" },
            { new Cursor<int>(true, 3), "Cursor(3)" },
            { TimerOutcome.After(TimeSpan.FromHours(26.5)), "After(1 d 2 h 30 min)" },
            {
                TimerOutcome.Until(new(2026, 2, 1, 9, 0, 0, TimeSpan.FromHours(1))),
                "Until(2026-02-01 08:00:00Z)"
            },
            { StreamWindow.Count(5), "Count(5)" },
            { StreamWindow.Duration(TimeSpan.FromMilliseconds(250)), "Duration(0.25 s)" },
            { ItemErrorPolicy.SkipAndContinue, "SkipAndContinue" },
            { (WindowOutcome<Stage>)WindowOutcome.Continue, "Continue" },
            { WindowOutcome.Stop(Stage.End), "Stop(End)" },
            { new ItemResult<int>(2, 7, null), "item 2: 7" },
            { Retention.Clear, "Clear" },
            { Retention.KeepLast(5), "KeepLast(5)" },
            { Retention.KeepFor(TimeSpan.FromDays(7)), "KeepFor(7 d)" },
            { Retention.Keep.FailuresToo(), "Keep.FailuresToo()" },
            { RunFilter.All, "All" },
            { RunFilter.Unfinished, "Unfinished" },
            {
                new RunFilter
                {
                    Statuses = [RunStatus.Failed, RunStatus.Suspended],
                    WorkflowName = "orders",
                    Limit = 20,
                },
                "Suspended or Failed, of 'orders', at most 20"
            },
            { ResourceHealth.Degraded("slow"), "Degraded: slow" },
            { new RateVerdict(false, "day", TimeSpan.FromMinutes(5)), "refused by 'day', again in 5 min" },
            { TaskConfig.Default.WithAttemptTimeout(s_span), "Exponential(3), attempt timeout 5 s" },
            {
                JoinConfig.Create(JoinStrategy.Quorum(2), Stage.Next).WithBulkhead(2),
                "Quorum(2) to Next, bulkhead 2"
            },
            { Cron.Parse("0 8 * * MON"), "0 8 * * MON" },
            { new StopResult(false, ["nightly", "hourly"]), "still running: nightly, hourly" },
        };

    [Theory]
    [MemberData(nameof(Told))]
    public void A_value_is_told_in_the_words_it_is_made_with(object value, string told) =>
        Assert.Equal(told, value.ToString());

    [Fact]
    public void A_definition_says_what_follows_what()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("order")
            .Register(Stage.Start, _ => Stage.Work, TaskConfig.Minimal, to: [Stage.Work, Stage.Stop])
            .RegisterSplit(
                Stage.Work,
                [CanoTask.From("quote", (_, _) => new ValueTask<Stage>(Stage.End))],
                JoinConfig.Create(JoinStrategy.Any, Stage.End)
            )
            .AddExitStates(Stage.End, Stage.Stop);
        Assert.Equal("order, version 0: Start, Work; exits End, Stop", $"{workflow.Definition}");
        Assert.Equal(
            ["Start: Single(None), then Work or Stop", "Work: Split(quote: Any to End)"],
            workflow.Definition.States.Select(state => $"{state}")
        );
    }

    [Fact]
    public void Every_value_says_on_one_line_what_it_is()
    {
        var problems = new List<string>();
        foreach (
            var type in PublicTypes
                .Values.Where(type => !type.IsNested)
                .Except(s_tables)
                .Except(s_ofWorkflows)
        )
        {
            var samples = Samples.Of(type);
            if (samples.Count == 0)
                problems.Add($"{type} cannot be made");
            foreach (var text in samples.Select(sample => $"{sample}").Distinct())
                if (
                    text.Length == 0
                    || s_foreign.Any(foreign => text.Contains(foreign, StringComparison.Ordinal))
                )
                    problems.Add($"{type} says \"{text}\"");
        }

        Assert.Empty(problems);
    }

    [Fact]
    public void What_compares_by_value_compares_by_value_with_the_operators()
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;
        Assert.All(
            PublicTypes.Values,
            type =>
                Assert.Contains(
                    PublicTypes.Line(type),
                    each =>
                        each.GetMethod("op_Equality", Own) is not null
                        && each.GetMethod("op_Inequality", Own) is not null
                )
        );
    }

    [Fact]
    public void Two_values_made_alike_are_equal_and_have_one_hash()
    {
        // What must hold in a simulation is a function, and functions are equal to themselves alone.
        foreach (
            var type in PublicTypes.Values.Where(type => !type.IsNested).Except([typeof(SimulationOptions)])
        )
        foreach (var (one, other) in Samples.Of(type).Zip(Samples.Of(type)))
        {
            Assert.Equal(one, other);
            Assert.Equal(one.GetHashCode(), other.GetHashCode());
        }
    }

    [Fact]
    public void Nothing_has_an_order_by_accident() =>
        Assert.All(
            PublicTypes.All.Where(type => !type.IsEnum),
            type =>
                Assert.DoesNotContain(
                    type.GetInterfaces(),
                    each =>
                        each.Name.StartsWith("IComparable", StringComparison.Ordinal)
                        || each.Name == "IStructuralComparable"
                )
        );

    [Fact]
    public void A_window_that_nobody_chose_is_the_window_of_one() =>
        Assert.Equal(default, StreamWindow.Count(1));

    [Fact]
    public void Workflows_built_alike_have_equal_definitions()
    {
        Assert.True(Built().Definition == Built().Definition);
        Assert.True(Built().Definition != Built().WithName("other").Definition);

        static Workflow<Stage> Built() =>
            Workflow
                .Bare<Stage>()
                .Register(Stage.Start, _ => Stage.Work, to: [Stage.Work, Stage.Stop])
                .RegisterSplit(
                    Stage.Work,
                    [CanoTask.From("quote", (_, _) => new ValueTask<Stage>(Stage.End))],
                    JoinConfig.Create(JoinStrategy.Any, Stage.End)
                )
                .AddExitStates(Stage.End, Stage.Stop);
    }

    [Fact]
    public void A_failing_assertion_on_outcomes_shows_both()
    {
        var failed = Assert.ThrowsAny<XunitException>(() =>
            Assert.Equal(PollOutcome.Ready(Stage.Work), PollOutcome.Pending(s_span))
        );
        Assert.Contains("Ready(Work)", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Pending(5 s)", failed.Message, StringComparison.Ordinal);
    }
}
