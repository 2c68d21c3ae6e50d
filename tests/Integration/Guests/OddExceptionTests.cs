using Cano.Integration.Steps.Waits;
using Cano.Runtime.Data;
using Cano.Runtime.Steps.Waits;
using Cano.Testing;

namespace Cano.Integration.Guests;

/// <summary>What a body throws may throw itself, whatever is asked of it.</summary>
public sealed class OddExceptionTests
{
    private readonly VirtualTime _time = new();
    private readonly KeepingStore _store = new();
    private readonly KeepingLogger _logger = new();
    private readonly Trail _trail = new();

    public static TheoryData<string> Kinds => [.. EveryKind.Names];

    [Theory]
    [Trait("ID", "X4")]
    [MemberData(nameof(Kinds))]
    public async Task An_exception_whose_message_throws_fails_a_step_of_any_kind_and_undoes_the_others(
        string kind
    )
    {
        var error = await FailureOfAsync(kind, () => new OddException());
        Assert.Contains(
            "OddException: its Message throws NotSupportedException",
            Innermost(error).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(["pay", "refund"], _trail.Marks);
        Assert.Equal("RollbackFinished Work", _store.Story[^1]);
    }

    [Theory]
    [Trait("ID", "X4")]
    [MemberData(nameof(Kinds))]
    public async Task An_exception_without_a_message_says_so(string kind) =>
        Assert.Contains(
            "TellingException: its Message is null",
            Innermost(await FailureOfAsync(kind, () => new TellingException(null))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    [Trait("ID", "X4")]
    public async Task A_message_of_any_length_is_cut_where_no_character_is_cut_in_half()
    {
        // Each of these takes two places; the first begins at an odd one.
        var text = "a" + string.Concat(Enumerable.Repeat("\U0001F600", 50_000));
        var error = await FailureOfAsync("task", () => new TellingException(text));
        Assert.InRange(error.Message.Length, 10_000, 20_000);
        Assert.EndsWith("\U0001F600…", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "X4")]
    public async Task A_compensation_that_throws_such_a_one_fails_and_the_others_run()
    {
        var workflow = Paying(Workflow.Bare<Stage>(), Stage.Start, Stage.Work)
            .RegisterWithCompensation<int>(
                Stage.Work,
                (_, _) => new((Stage.Next, 1)),
                (_, _, _) => throw new OddException(),
                TaskConfig.Minimal
            )
            .Register(Stage.Next, _ => throw new OddException(), TaskConfig.Minimal);
        var error = await Failures.OfAsync(Run(workflow).Soon());
        Assert.Equal("compensation_failed", error.Category);
        Assert.Equal(["pay", "refund"], _trail.Marks);
    }

    [Theory]
    [Trait("ID", "X4")]
    [InlineData("set up")]
    [InlineData("make")]
    [InlineData("tear down")]
    public async Task A_resource_may_throw_such_a_one(string at)
    {
        var spy = new Spy("spy", _trail)
        {
            SetupFailure = at == "set up" ? new OddException() : null,
            TeardownFailure = at == "tear down" ? new OddException() : null,
        };
        var resources = new Resources().InsertPerRun(
            "spy",
            () => at == "make" ? throw new OddException() : spy
        );
        var run = Run(new Trail().Through(Stage.Start, Stage.End).WithResources(resources));
        if (at == "tear down")
            Assert.Equal(Stage.End, await run.Soon());
        else
            Assert.Contains(
                "OddException: its Message throws",
                (await Failures.OfAsync(run.Soon())).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    [Trait("ID", "X4")]
    public async Task A_resource_whose_health_throws_such_a_one_is_unhealthy()
    {
        var resources = new Resources().Insert("sick", new Sick());
        Assert.Equal(HealthLevel.Unhealthy, (await resources.AggregateHealthAsync()).Level);
    }

    [Fact]
    [Trait("ID", "X4")]
    public async Task A_store_may_throw_such_a_one()
    {
        var workflow = new Trail()
            .Through(Stage.Start, Stage.End)
            .WithCheckpointStore(new KeepingStore { Appending = _ => throw new OddException() });
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run").Soon());
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("OddException: its Message throws", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("ID", "X4")]
    [InlineData("cursor")]
    [InlineData("output")]
    [InlineData("durable value")]
    [InlineData("signal")]
    public async Task A_value_may_throw_such_a_one_while_it_is_written(string what)
    {
        var workflow = Workflow.Bare<Stage>();
        workflow = what switch
        {
            "cursor" => workflow.RegisterStepped<Odd>(
                Stage.Start,
                (_, _, _) => new(StepOutcome.More(new Odd())),
                TaskConfig.Minimal
            ),
            "output" => workflow.RegisterWithCompensation<Odd>(
                Stage.Start,
                (_, _) => new((Stage.End, new Odd())),
                (_, _, _) => default,
                TaskConfig.Minimal
            ),
            "durable value" => workflow
                .WithResources(new Resources().Insert("store", MemoryStore.Durable()))
                .Register(
                    Stage.Start,
                    context =>
                    {
                        context.Store.Put("odd", new Odd());
                        return Stage.End;
                    },
                    TaskConfig.Minimal
                ),
            _ => workflow.Register(
                Stage.Start,
                _ =>
                {
                    SignalPayload.Write("odd", new Odd(), ValueCodec.Plain);
                    return Stage.End;
                },
                TaskConfig.Minimal
            ),
        };
        var error = await Failures.OfAsync(Run(workflow).Soon());
        Assert.Contains("its Message throws NotSupportedException", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "X4")]
    public async Task A_step_is_undone_whose_next_state_can_be_neither_compared_nor_named()
    {
        var undone = 0;
        var workflow = Workflow
            .Bare<Place>()
            .RegisterWithCompensation<int>(
                new Place("start"),
                (_, _) => new((new Place(null), 1)),
                (_, _, _) =>
                {
                    undone++;
                    return default;
                },
                TaskConfig.Minimal
            )
            .AddExitState(new Place("end"));
        Assert.Equal(
            "task_execution",
            (await Failures.OfAsync(workflow.OrchestrateAsync(new Place("start")).Soon())).Category
        );
        Assert.Equal(1, undone);
    }

    private async Task<CanoError> FailureOfAsync(string kind, Func<Exception> thrown)
    {
        var workflow = Paying(Workflow.Bare<Stage>(), Stage.Start, Stage.Work)
            .RegisterKind(kind, (Stage.Work, Stage.End), (_, _) => throw thrown());
        await workflow.AllowAsync(kind);
        return await Failures.OfAsync(Run(workflow).Soon());
    }

    private Workflow<Stage> Paying(Workflow<Stage> workflow, Stage at, Stage next) =>
        workflow.RegisterWithCompensation<int>(
            at,
            (_, _) =>
            {
                _trail.Add("pay");
                return new((next, 1));
            },
            (_, _, _) =>
            {
                _trail.Add("refund");
                return default;
            },
            TaskConfig.Minimal
        );

    private Task<Stage> Run(Workflow<Stage> workflow) =>
        workflow
            .AddExitState(Stage.End)
            .WithTimeProvider(_time)
            .WithLogger(_logger)
            .WithObserver(new OddObserver())
            .WithCheckpointStore(_store)
            .OrchestrateAsync(Stage.Start, Waiters.RunId);

    private static CanoError Innermost(CanoError error) =>
        error.Source is { } source ? Innermost(source)
        : error.Errors is [var first, ..] ? Innermost(first)
        : error;

    private sealed class Sick : IResource
    {
        public ValueTask<ResourceHealth> HealthAsync(CancellationToken cancellationToken) =>
            throw new OddException();
    }

    private sealed class Odd
    {
        public int Value => throw new OddException();
    }

    /// <summary>A state that only works when it has a name.</summary>
    private sealed class Place(string? name) : IEquatable<Place>
    {
        private string Name => name ?? throw new OddException();

        public bool Equals(Place? other) => other?.Name == Name;

        public override bool Equals(object? obj) => obj is Place other && Equals(other);

        public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

        public override string ToString() => Name;
    }
}
