using System.Globalization;
using System.Numerics;
using Cano.Integration.Surface;

namespace Cano.Integration.Registration;

/// <summary>What stands in journals, and what values say, does not depend on where the process
/// runs.</summary>
public sealed class CultureTests
{
    public static TheoryData<string> Names => Cultures.Names;

    private static readonly DateTime s_at = new(2026, 11, 3, 14, 5, 6);

    [Theory]
    [Trait("ID", "Y12"), Trait("ID", "X6")]
    [MemberData(nameof(Names))]
    public async Task A_state_of_any_kind_has_one_name_in_every_culture_and_its_run_goes_on_in_any(
        string name
    )
    {
        await GoesOnAsync(name, Tide.Low, Tide.High);
        await GoesOnAsync(name, (Tide)(-3), Tide.High);
        await GoesOnAsync(name, -1, -20_000);
        await GoesOnAsync(name, -1L, 5_000_000_000);
        await GoesOnAsync(name, -1.5, 0.25);
        await GoesOnAsync(name, -1_000.5m, 0.25m);
        await GoesOnAsync(name, BigInteger.MinusOne, BigInteger.One);
        await GoesOnAsync(name, s_at, s_at.AddDays(1));
        await GoesOnAsync(name, new DateTimeOffset(s_at, TimeSpan.FromHours(-3)), DateTimeOffset.UnixEpoch);
        await GoesOnAsync(name, DateOnly.FromDateTime(s_at), DateOnly.MinValue);
        await GoesOnAsync(name, TimeOnly.FromDateTime(s_at), TimeOnly.MinValue);
        await GoesOnAsync(name, TimeSpan.FromDays(-1.5), TimeSpan.Zero);
        await GoesOnAsync(name, (-1, 0.5), (1, -0.5));
        await GoesOnAsync(name, "İstanbul", "ılık");
        await GoesOnAsync(name, new Reading(s_at, -0.5, -1_000.5m), new Reading(s_at, 1, 1));
        await GoesOnAsync(name, new Place(-1.5, s_at), new Place(0, s_at));
        await GoesOnAsync(name, new Nested(new(s_at, -1, -2), [-1, 2]), new Nested(new(s_at, 1, 2), []));
        await GoesOnAsync(name, new Spoken(-1.5), new Spoken(2));
    }

    [Theory]
    [Trait("ID", "Y12"), Trait("ID", "X6")]
    [MemberData(nameof(Names))]
    public void A_value_says_the_same_of_itself_in_every_culture(string name)
    {
        var differ =
            from type in PublicTypes.Values
            where !type.IsNested
            from sample in Samples.Of(type)
            let here = Cultures.Within("", sample.ToString)
            let there = Cultures.Within(name, sample.ToString)
            where here != there
            select $"{type.Name} says \"{there}\" instead of \"{here}\"";
        var told = differ.Distinct().ToList();
        Assert.True(told.Count == 0, string.Join('\n', told));
    }

    [Fact]
    [Trait("ID", "Y12"), Trait("ID", "X6")]
    public void Naming_a_state_leaves_the_culture_of_its_caller_as_it_was()
    {
        var culture = Cultures.Of("sv-SE");
        Cultures.Within(
            "sv-SE",
            () => Workflow.Bare<double>().Register(-1.5, _ => 0.0).AddExitState(0.0).Definition
        );
        CultureInfo.CurrentCulture = culture;
        _ = Workflow.Bare<double>().Register(-1.5, _ => 0.0).AddExitState(0.0).Definition;
        Assert.Same(culture, CultureInfo.CurrentCulture);
    }

    /// <summary>A run that was begun and failed in one culture is gone on with in the others, and the other
    /// way round; its rows name the state alike.</summary>
    private static async Task GoesOnAsync<TState>(string culture, TState first, TState last)
        where TState : notnull
    {
        foreach (var other in new[] { "", "sv-SE", "fa-IR" })
        {
            var name = await BeginAndGoOnAsync(culture, other, first, last);
            Assert.Equal(name, await BeginAndGoOnAsync(other, culture, first, last));
        }
    }

    private static async Task<string> BeginAndGoOnAsync<TState>(
        string before,
        string after,
        TState first,
        TState last
    )
        where TState : notnull
    {
        var store = new KeepingStore();
        var isBroken = true;
        Workflow<TState> Built() =>
            Workflow
                .Bare<TState>()
                .Register(first, _ => isBroken ? throw new IOException() : last, TaskConfig.Minimal)
                .AddExitState(last)
                .WithCheckpointStore(store);

        await Failures.OfAsync(Cultures.Within(before, () => Built().OrchestrateAsync(first, "run")));
        isBroken = false;
        Assert.Equal(last, await Cultures.Within(after, () => Built().ResumeFromAsync("run")));
        return store.Rows[0].State;
    }

    private enum Tide
    {
        Low,
        High,
    }

    private sealed record Reading(DateTime At, double Celsius, decimal Price);

    private readonly record struct Place(double North, DateTime Since);

    private sealed record Nested(Reading Reading, EquatableList Counts)
    {
        public Nested(Reading reading, int[] counts)
            : this(reading, new EquatableList(counts)) { }
    }

    private sealed record EquatableList(string Told)
    {
        public EquatableList(int[] counts)
            : this(string.Join(';', counts)) { }
    }

    /// <summary>Its own text, as people write it.</summary>
    private sealed record Spoken(double Degrees)
    {
        public override string ToString() => $"{Degrees} degrees on {s_at}";
    }
}
