using Cano.Integration.Scheduling;

namespace Cano.Integration.Registration;

/// <summary>What registering costs, when there is much of it.</summary>
[Collection(MeasuresMemory.Name)]
public sealed class ManyStatesTests
{
    [Theory]
    [Trait("ID", "F81")]
    [InlineData("states")]
    [InlineData("states again")]
    [InlineData("exits")]
    [InlineData("compiled")]
    public void A_state_is_compared_as_often_when_there_are_many(string what)
    {
        var few = Looks(what, 1_000);
        var many = Looks(what, 4_000);
        Assert.InRange(many, 1, few * 2);
    }

    [Theory]
    [Trait("ID", "F81")]
    [InlineData("instances")]
    [InlineData("flows")]
    [InlineData("edges")]
    [InlineData("resources")]
    public void What_is_added_takes_as_much_memory_when_there_is_much(string what)
    {
        Bytes(what, 10);
        var few = Bytes(what, 1_000);
        var many = Bytes(what, 16_000);
        Assert.InRange(many, 1, few * 2);
    }

    [Fact]
    [Trait("ID", "F81")]
    public void A_state_takes_no_more_memory_in_a_workflow_of_many()
    {
        Bytes("states", 10);
        var few = Bytes("states", 1_000);
        var many = Bytes("states", 16_000);
        Assert.InRange(many, 1, few * 1.1);
    }

    [Fact]
    [Trait("ID", "F81")]
    public void Of_workflows_that_grew_from_one_each_has_its_own_states()
    {
        var common = Workflow.Bare<string>().Register("a", _ => "z").Register("b", _ => "z");
        var one = common.Register("c", _ => "z").Register("a", _ => "b");
        var other = common.Register("d", _ => "z");
        Assert.Equal(["a", "b"], common.RegisteredStates);
        Assert.Equal(["a", "b", "c"], one.RegisteredStates);
        Assert.Equal(["a", "b", "d"], other.RegisteredStates);
        Assert.Equal(["a", "b", "c", "e"], one.Register("e", _ => "z").RegisteredStates);
    }

    /// <summary>How often states are compared or hashed for each that is registered.</summary>
    private static double Looks(string what, int count)
    {
        Counted.Looks = 0;
        var workflow = Workflow.Bare<Counted>();
        for (var i = 0; i < count; i++)
            workflow =
                what == "exits"
                    ? workflow.AddExitState(new Counted(i))
                    : workflow.Register(
                        new Counted(what == "states again" ? i / 2 : i),
                        _ => new Counted(-1)
                    );
        // Nothing is looked for before somebody asks.
        if (what == "compiled")
            workflow.AddExitState(new Counted(-1)).Validate();
        else
            _ = workflow.RegisteredStates;
        return (double)Counted.Looks / count;
    }

    /// <summary>How many bytes are allocated for each that is added.</summary>
    private static double Bytes(string what, int count)
    {
        var work = new Bench().Marking();
        var before = GC.GetAllocatedBytesForCurrentThread();
        if (what == "instances")
        {
            var many = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever);
            for (var i = 0; i < count; i++)
                many = many.AddInstance($"{i}", work, Stage.Start);
        }
        else if (what == "flows")
        {
            var scheduler = new Bench().Scheduler;
            for (var i = 0; i < count; i++)
                scheduler = scheduler.Manual($"{i}", work, Stage.Start);
        }
        else if (what == "states")
        {
            var row = Workflow.Bare<int>().AddExitState(count);
            for (var i = 0; i < count; i++)
                row = row.Register(i, _ => 0);
            row.Validate();
        }
        else if (what == "resources")
        {
            var resources = new Resources();
            for (var i = 0; i < count; i++)
                resources = resources.Insert($"{i}", "");
        }
        else
        {
            var chain = Workflow.Bare<string>().AddExitState($"{count}");
            for (var i = 0; i < count; i++)
                chain = chain.Register($"{i}", _ => "", to: [$"{i + 1}"]);
            chain.Validate();
        }

        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / count;
    }

    /// <summary>A state that counts how often it is looked at.</summary>
    private sealed record Counted(int Number)
    {
        [ThreadStatic]
        private static long s_looks;

        public static long Looks
        {
            get => s_looks;
            set => s_looks = value;
        }

        public bool Equals(Counted? other)
        {
            s_looks++;
            return other?.Number == Number;
        }

        public override int GetHashCode()
        {
            s_looks++;
            return Number;
        }
    }
}
