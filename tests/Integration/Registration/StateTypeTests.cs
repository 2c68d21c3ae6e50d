using Cano.Testing;

namespace Cano.Integration.Registration;

public sealed class StateTypeTests
{
    [Fact]
    public async Task A_state_may_be_a_string()
    {
        var workflow = Workflow.Bare<string>().Register("begin", _ => "done").AddExitState("done");
        Assert.Equal("done", await workflow.OrchestrateAsync("begin"));
    }

    [Fact]
    public async Task A_state_may_be_an_int()
    {
        var workflow = Workflow.Bare<int>().Register(1, _ => 2).Register(2, _ => -1).AddExitState(-1);
        Assert.Equal(-1, await workflow.OrchestrateAsync(1));
    }

    [Fact]
    public async Task A_state_may_be_a_value_equatable_record()
    {
        var workflow = Workflow
            .Bare<Place>()
            .Register(new Place("a"), _ => new Place("b"))
            .AddExitState(new Place("b"));
        Assert.Equal(new Place("b"), await workflow.OrchestrateAsync(new Place("a")));
    }

    [Fact]
    [Trait("ID", "Y12")]
    public async Task Strings_and_ints_stand_in_the_journal_as_they_are()
    {
        var store = new KeepingStore();
        await Workflow
            .Bare<string>()
            .Register("begin", _ => "done")
            .AddExitState("done")
            .WithCheckpointStore(store)
            .OrchestrateAsync("begin", "text");
        await Workflow
            .Bare<int>()
            .Register(1, _ => 20)
            .AddExitState(20)
            .WithCheckpointStore(store)
            .OrchestrateAsync(1, "number");
        Assert.Equal(["begin", "done", "1", "20"], store.Rows.Select(row => row.State));
    }

    [Fact]
    [Trait("ID", "Y12")]
    public async Task An_enum_member_stands_in_the_journal_under_the_name_it_was_given()
    {
        var store = new KeepingStore();
        var workflow = Workflow
            .Bare<Renamed>()
            .Register(Renamed.Reserve, _ => Renamed.Done)
            .AddExitState(Renamed.Done)
            .WithCheckpointStore(store);
        await workflow.OrchestrateAsync(Renamed.Reserve, "run");
        Assert.Equal(["reserve-v1", "Done"], store.Rows.Select(row => row.State));
        Assert.Equal("reserve-v1", workflow.Definition.States[0].Name);
    }

    [Fact]
    [Trait("ID", "Y12")]
    public async Task A_run_goes_on_although_its_states_were_renamed_in_code()
    {
        var store = new MemoryCheckpointStore();
        var before = Workflow
            .Bare<string>()
            .Register("reserve-v1", _ => throw new IOException(), TaskConfig.Minimal)
            .AddExitState("Done")
            .WithCheckpointStore(store);
        await Failures.OfAsync(before.OrchestrateAsync("reserve-v1", "run"));
        var after = Workflow
            .Bare<Renamed>()
            .Register(Renamed.Reserve, _ => Renamed.Done)
            .AddExitState(Renamed.Done)
            .WithCheckpointStore(store);
        Assert.Equal(Renamed.Done, await after.ResumeFromAsync("run"));
    }

    [Fact]
    [Trait("ID", "Y12")]
    public async Task Errors_and_contexts_name_a_state_as_the_journal_does()
    {
        string? named = null;
        var workflow = Workflow
            .Bare<Renamed>()
            .Register(
                Renamed.Reserve,
                context => throw new IOException(named = context.State),
                TaskConfig.Minimal
            )
            .AddExitState(Renamed.Done);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Renamed.Reserve));
        Assert.Equal("reserve-v1", named);
        Assert.Equal("reserve-v1", error.State);
        Assert.Equal(["reserve-v1"], error.Path);
    }

    [Theory]
    [Trait("ID", "Y12")]
    [InlineData("Hold", "Shipped")]
    [InlineData("Hold", "Finished")]
    [InlineData("reserve-v1", "Done")]
    public async Task A_value_of_an_enum_that_has_several_names_is_known_by_each(string first, string last)
    {
        var store = new MemoryCheckpointStore();
        var undone = new List<string>();
        // As a process wrote them that had one of the names only: a step is completed, what follows fails.
        var before = Workflow
            .Bare<string>()
            .RegisterWithCompensation<int>(first, (_, _) => new((last, 1)), (_, _, _) => default)
            .Register(last, _ => throw new IOException(), TaskConfig.Minimal)
            .AddExitState("never")
            .WithCheckpointStore(new CrashingCheckpointStore(store, 3, CrashPoint.BeforeAppend));
        await Failures.OfAsync(before.OrchestrateAsync(first, "run"));
        var after = Workflow
            .Bare<Merged>()
            .RegisterWithCompensation<int>(
                Merged.Hold,
                (_, _) => new((Merged.Done, 1)),
                (context, _, _) =>
                {
                    undone.Add(context.State);
                    return default;
                }
            )
            .Register(Merged.Done, _ => throw new IOException("late"), TaskConfig.Minimal)
            .AddExitState(Merged.Never)
            .WithCheckpointStore(store);
        var error = await Failures.OfAsync(after.ResumeFromAsync("run"));
        Assert.Equal("IOException: late", error.Message);
        Assert.Equal(["reserve-v1", "Done"], error.Path);
        Assert.Equal(["reserve-v1"], undone);
        Assert.Equal(["reserve-v1", "Done"], after.Definition.States.Select(state => state.Name));
    }

    [Fact]
    [Trait("ID", "Y12")]
    public async Task An_exit_is_known_by_each_of_its_names_too()
    {
        var store = new MemoryCheckpointStore();
        var before = Workflow
            .Bare<string>()
            .Register("Hold", _ => "Finished")
            .AddExitState("Finished")
            .WithRetention(Retention.Keep)
            .WithCheckpointStore(store);
        await before.OrchestrateAsync("Hold", "run");
        var after = Workflow
            .Bare<Merged>()
            .Register(Merged.Reserve, _ => Merged.Never)
            .AddExitStates(Merged.Done, Merged.Never)
            .WithCheckpointStore(store);
        Assert.Equal(Merged.Done, await after.ResumeFromAsync("run"));
    }

    [Fact]
    [Trait("ID", "Y12")]
    public void A_further_name_of_one_state_is_no_name_of_another()
    {
        var workflow = Workflow
            .Bare<Confused>()
            .Register(Confused.Pack, _ => Confused.Send)
            .AddExitState(Confused.Send);
        var error = Failures.Of(workflow.Validate);
        Assert.Equal(
            ["States 'Pack' and 'Send' share the name 'Ship' in the journal; give each its own"],
            error.Problems
        );
    }

    private enum Merged
    {
        Hold,

        [StoredAs("reserve-v1")]
        Reserve = Hold,
        Done,
        Finished = Done,
        Shipped = Done,
        Never,
    }

    private enum Confused
    {
        Pack,
        Ship = Pack,

        [StoredAs("Ship")]
        Send,
    }

    private enum Renamed
    {
        [StoredAs("reserve-v1")]
        Reserve,
        Done,
    }

    private sealed record Place(string Name);
}
