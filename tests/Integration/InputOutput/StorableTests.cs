using System.Text.Json;
using System.Text.Json.Serialization;
using Cano.Runtime.Data;

namespace Cano.Integration.InputOutput;

/// <summary>What a run would not get back the same is refused when it is given.</summary>
public sealed class StorableTests
{
    private readonly KeepingStore _store = new() { KeepsBytes = true };

    public static TheoryData<object, string> Refused { get; } =
        new()
        {
            { new GetOnly(), "GetOnly.Items" },
            { new PrivateSetter(), "PrivateSetter.Count" },
            { new ReadOnlyField(3), "ReadOnlyField.Number" },
            { new Stack<int>([1, 2]), "Stack<Int32>" },
            { new Holding(new Dictionary<string, IShape>()), "Holding.Shapes[]" },
            { new Nested([new PrivateSetter()]), "Nested.Inner[].Count" },
            { new Garage(new Dog("Rex", 3)), "Garage.Pet" },
            { new Kennel([new Dog("Rex", 3)]), "Kennel.Pets[]" },
            { new Named(null!), "Name" },
            { new Shouting("a"), "read back" },
            { new Action(() => { }), "Action" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    [Trait("ID", "T4")]
    public async Task An_input_that_would_not_come_back_the_same_is_refused_and_nothing_is_written(
        object input,
        string place
    )
    {
        var error = await Failures.OfAsync(Passing().GivenAsync(input));
        Assert.Equal("configuration", error.Category);
        Assert.StartsWith("The input of run 'run' ", error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Empty(_store.Rows);
    }

    public static TheoryData<object> Kept { get; } =
    [
        new Computed(2, 3),
        new Garage(new Animal("Tom")),
        new Farm([new Cow("Ada", 9), new Beast("Bo")]),
        new List<int> { 1, 2 },
        new Dictionary<string, Animal> { ["a"] = new("Tom") },
        new Populated { Items = { 1, 2 } },
        new Lenient(null),
        (1, "two"),
        1.5m,
        new Ignoring(),
    ];

    [Theory]
    [MemberData(nameof(Kept))]
    [Trait("ID", "T4")]
    public async Task An_input_that_comes_back_the_same_is_taken(object input) =>
        Assert.Equal(Stage.End, await Passing().GivenAsync(input));

    [Fact]
    [Trait("ID", "T4")]
    public async Task An_output_data_a_cursor_and_a_receipt_of_such_a_type_are_refused_where_they_are_given()
    {
        await RefusedAsync(
            "configuration",
            GivenRuns.Choosing(context =>
            {
                context.SetOutput(new GetOnly());
                return Stage.End;
            })
        );
        await RefusedAsync(
            "store",
            GivenRuns
                .Choosing(context =>
                {
                    context.Store.Put("key", new GetOnly());
                    return Stage.End;
                })
                .WithResources(new Resources().Insert("store", MemoryStore.Durable()))
        );
        await RefusedAsync(
            "task_execution",
            Passing().RegisterStepped<GetOnly>(Stage.Start, (_, _, _) => new(StepOutcome.More(new GetOnly())))
        );
        await RefusedAsync(
            "generic",
            Passing()
                .RegisterWithCompensation<GetOnly>(
                    Stage.Start,
                    (_, _) => new((Stage.End, new GetOnly())),
                    (_, _, _) => default
                )
        );

        static async Task RefusedAsync(string category, Workflow<Stage> workflow)
        {
            var error = await Failures.OfAsync(
                workflow.WithCheckpointStore(new MemoryCheckpointStore()).OrchestrateAsync(Stage.Start, "run")
            );
            Assert.Equal((category, "Start"), (error.Category, error.State));
            Assert.Contains("GetOnly.Items", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("ID", "T9")]
    public async Task A_row_that_lacks_a_member_gives_its_default_so_that_a_deploy_may_add_one()
    {
        NewOrder? seen = null;
        var isMended = false;
        var workflow = GivenRuns
            .Choosing(context =>
            {
                if (!isMended)
                    throw new IOException("old version");
                seen = context.Input<NewOrder>();
                return Stage.End;
            })
            .WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.Accepts<OldOrder>().StartAsync(Stage.Start, new OldOrder("a")));
        isMended = true;
        await workflow.Accepts<NewOrder>().ResumeFromAsync("run");
        Assert.Equal(new NewOrder("a", 0, null!) { Tag = null! }, seen);
    }

    [Fact]
    [Trait("ID", "T9")]
    public async Task An_input_that_cannot_be_read_any_more_is_no_failure_of_its_run()
    {
        var bodies = 0;
        var workflow = GivenRuns
            .Choosing(_ => ++bodies > 0 ? throw new IOException("no") : Stage.End)
            .WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.StartAsync(Stage.Start, new OldOrder("a")));
        var rows = _store.Rows.Count;
        var error = await Failures.OfAsync(workflow.Accepts<int>().ResumeFromAsync("run"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("OldOrder", error.Message, StringComparison.Ordinal);
        Assert.Contains("Int32", error.Message, StringComparison.Ordinal);
        Assert.Equal((1, rows), (bodies, _store.Rows.Count));
    }

    [Theory]
    [InlineData("""{"Name":"a","Count":1,"Note":"n","Tag":"t"}""", null)]
    [InlineData("""{"Name":"a","Count":1,"Tag":"t"}""", "Note")]
    [InlineData("""{"Name":"a","Note":"n","Tag":"t"}""", "Count")]
    [InlineData("""{"Name":null,"Count":1,"Note":"n","Tag":"t"}""", "Name")]
    [Trait("ID", "T9")]
    public void What_is_given_must_have_all_that_its_type_requires(string json, string? lacks)
    {
        var misfit = GivenValue.Misfit(
            System.Text.Encoding.UTF8.GetBytes(json),
            typeof(NewOrder),
            ValueCodec.Plain
        );
        Assert.Equal(lacks is null, misfit is null);
        Assert.Contains(lacks ?? "", misfit ?? "", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait("ID", "T10")]
    public async Task The_users_rules_for_json_decide_and_his_converters_come_first()
    {
        var json = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
        json.Converters.Add(new JsonStringEnumConverter());
        await Passing().WithJson(json).StartAsync(Stage.Start, new Staged(Stage.Work));
        Assert.Equal(
            """{"the_stage":"Work"}""",
            System.Text.Encoding.UTF8.GetString(_store.Rows[0].Start!.Input!.Json)
        );
    }

    [Fact]
    [Trait("ID", "T10")]
    public async Task The_rules_for_json_of_an_engines_runs_are_the_engines()
    {
        var workflow = GivenRuns
            .Choosing(_ => Stage.End)
            .WithName("own")
            .WithJson(new JsonSerializerOptions());
        await using var engine = CanoEngine.InMemory();
        var refused = Assert.Throws<CanoException>(() => engine.Add(workflow));
        Assert.Contains("rules for JSON of its own", refused.Message, StringComparison.Ordinal);
    }

    private Workflow<Stage> Passing() => GivenRuns.Choosing(_ => Stage.End).WithCheckpointStore(_store);

    private sealed class GetOnly
    {
        public List<int> Items { get; } = [];
    }

    private sealed class PrivateSetter
    {
        public int Count { get; private set; }

        public void Add() => Count++;
    }

    private sealed class ReadOnlyField(int number)
    {
        public readonly int Number = number;

        public ReadOnlyField()
            : this(0) { }
    }

    private sealed record Nested(PrivateSetter[] Inner);

    private interface IShape;

    private sealed record Holding(Dictionary<string, IShape> Shapes);

    private record Animal(string Name);

    private sealed record Dog(string Name, int Age) : Animal(Name);

    private sealed record Garage(Animal Pet);

    private sealed record Kennel(IReadOnlyList<Animal> Pets);

    [JsonDerivedType(typeof(Cow), "cow")]
    [JsonDerivedType(typeof(Beast), "beast")]
    private record Beast(string Name);

    private sealed record Cow(string Name, int Milk) : Beast(Name);

    private sealed record Farm(IReadOnlyList<Beast> Beasts);

    private sealed record Named(string Name);

    private sealed record Lenient(string? Name);

    private sealed record Computed(int Width, int Height)
    {
        public int Area => Width * Height;
    }

    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    private sealed class Populated
    {
        public List<int> Items { get; } = [];
    }

    private sealed class Ignoring
    {
        [JsonIgnore]
        public Stack<int> Undone { get; } = new();
    }

    private sealed class Shouting(string text)
    {
        public string Text { get; } = text + "!";
    }

    private sealed record Staged(Stage TheStage);

    private sealed record OldOrder(string Name);

    private sealed record NewOrder(string Name, int Count, string Note)
    {
        public required string Tag { get; init; }
    }
}
