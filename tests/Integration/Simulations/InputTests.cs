using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>What a simulation gives its runs at their start is theirs in every process.</summary>
public sealed class InputTests
{
    private const int Seeds = 200;

    private static readonly Wanted s_wanted = new("book", 3);

    private static readonly SimulationOptions s_given = new SimulationOptions().WithInput(s_wanted);

    [Theory]
    [InlineData(nameof(Alone))]
    [InlineData(nameof(WithAChild))]
    [Trait("ID", "T1"), Trait("ID", "T3")]
    public async Task Every_body_gets_the_input_in_every_process(string make)
    {
        var report = await Simulate.RunAsync(Made(make), Stage.Start, Seeds, s_given);
        Assert.True(report.CompletedCount > Seeds / 4, report.ToString());
        Assert.True(report.ProcessCount > Seeds, report.ToString());
    }

    [Fact]
    [Trait("ID", "T2"), Trait("ID", "T3")]
    public async Task A_run_without_a_journal_gets_the_object_itself_and_again_when_it_begins_again()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var report = await Simulate.RunAsync(
            Counted(context => seen.Add(context.Input<Wanted>())),
            Stage.Start,
            Seeds,
            s_given with
            {
                IsJournaled = false,
            }
        );
        Assert.True(report.ProcessCount > Seeds, report.ToString());
        Assert.Same(s_wanted, Assert.Single(seen));
    }

    [Fact]
    [Trait("ID", "T1"), Trait("ID", "T3")]
    public async Task A_workflow_that_says_nothing_of_its_input_may_be_given_one_too()
    {
        var seen = new HashSet<int>();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context =>
                {
                    seen.Add(context.Input<int>());
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        await Simulate.RunAsync(workflow, Stage.Start, 20, new SimulationOptions().WithInput(7));
        Assert.Equal([7], seen);
    }

    [Theory]
    [InlineData(nameof(Alone))]
    [InlineData(nameof(WithAChild))]
    [Trait("ID", "T3")]
    public async Task A_workflow_that_accepts_an_input_and_is_given_none_says_what_to_write(string make)
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() =>
            Simulate.RunAsync(Made(make), Stage.Start, 1)
        );
        Assert.Contains("accepts a `Wanted`", refused.Message, StringComparison.Ordinal);
        Assert.Contains("WithInput", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "T3"), Trait("ID", "T4")]
    public async Task An_input_that_the_workflow_does_not_accept_or_no_row_can_keep_is_refused()
    {
        var other = await Failures.OfAsync(
            Simulate.ReplayAsync(Alone, Stage.Start, 1, new SimulationOptions().WithInput("a book"))
        );
        Assert.Contains("accepts a `Wanted`", Assert.Single(other.Problems), StringComparison.Ordinal);
        var unkept = new SimulationOptions().WithInput(new Func<int>(() => 1));
        var workflow = Workflow.Bare<Stage>().Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End);
        var lost = await Failures.OfAsync(Simulate.ReplayAsync(workflow, Stage.Start, 1, unkept));
        Assert.Contains("input of run", Assert.Single(lost.Problems), StringComparison.Ordinal);
    }

    private static Func<Simulation, Workflow<Stage>> Made(string make) =>
        make == nameof(Alone) ? Alone : WithAChild;

    private static Workflow<Stage> Alone(Simulation simulation)
    {
        var others = 0;
        simulation.Invariant("every body gets what the run was given", _ => others == 0);
        return Counted(context => others += context.Input<Wanted>() == s_wanted ? 0 : 1);
    }

    private static Workflow<Stage> WithAChild(Simulation simulation)
    {
        var (others, child) = (0, Alone(simulation).WithName("child"));
        simulation.Invariant("its parent gives a child what it was given", _ => others == 0);
        return Workflow
            .Bare<Stage>()
            .WithName("parent")
            .Accepts<Wanted>()
            .RegisterChild(
                Stage.Start,
                child,
                Stage.Start,
                context => context.Input<Wanted>(),
                (context, _) =>
                {
                    others += context.Input<Wanted>() == s_wanted ? 0 : 1;
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
    }

    private static Workflow<Stage> Counted(Action<TaskContext> look) =>
        Workflow
            .Bare<Stage>()
            .Accepts<Wanted>()
            .Register(
                Stage.Start,
                context =>
                {
                    look(context);
                    return Stage.Work;
                }
            )
            .RegisterTimer(Stage.Work, TimeSpan.FromHours(1), Stage.Next)
            .RegisterWithCompensation(
                Stage.Next,
                (context, _) =>
                {
                    look(context);
                    return new ValueTask<(Stage, int)>((Stage.End, context.Input<Wanted>().Count));
                },
                (context, _, _) =>
                {
                    look(context);
                    return default;
                }
            )
            .AddExitState(Stage.End);

    private sealed record Wanted(string What, int Count);
}
