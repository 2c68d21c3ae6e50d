using Cano.Faster.Frames;
using Cano.Faster.Indexes;
using Cano.Faster.Recovery;

namespace Cano.Integration.Stores;

/// <summary>Each line of the table by which recovery decides on a row it found.</summary>
public sealed class RecoveryTableTests
{
    private const string Id = "run";
    private readonly RunIndex _index = new(new SegmentUse(segmentSizeBits: 20));
    private readonly IndexRebuild _rebuild;

    public RecoveryTableTests() => _rebuild = new IndexRebuild(_index);

    [Fact]
    public void Every_line_has_a_test_that_names_it()
    {
        var tested = typeof(RecoveryTableTests)
            .GetMethods()
            .SelectMany(method => method.GetCustomAttributesData())
            .Where(data => data.AttributeType == typeof(TraitAttribute))
            .Where(data => (string)data.ConstructorArguments[0].Value! == "Line")
            .Select(data => (string)data.ConstructorArguments[1].Value!);
        Assert.Equal(RowRule.Table.Select(rule => rule.Label.ToString()).Order(), tested.Distinct().Order());
    }

    [Fact]
    public void Exactly_one_line_decides_on_any_row()
    {
        Assert.All(RowRule.Inputs(), input => Assert.Single(RowRule.Table, rule => rule.Matches(input)));
        Assert.Equal(3 * 2 * 3 * 2, RowRule.Inputs().Distinct().Count());
    }

    [Fact]
    public void A_decision_is_that_of_its_line()
    {
        foreach (var input in RowRule.Inputs())
        {
            var (place, isSnapshot, doubt, isTorn) = input;
            var line = RowRule.Table.Single(rule => rule.Matches(input));
            Assert.Equal(line.Decision, RowRule.Of(place, isSnapshot, doubt, isTorn));
        }
    }

    [Fact]
    [Trait("Line", "A")]
    public void A_row_0_of_a_run_with_rows_begins_it_anew()
    {
        Find(0, 1, 2);
        Find(0);
        Assert.Equal((1, 0, null), (Run.NextSequence, Run.LastSequence, Run.Damage));
    }

    [Fact]
    [Trait("Line", "A")]
    public void A_damaged_run_that_begins_anew_is_whole()
    {
        Find(0, 1, 3);
        Assert.NotNull(Run.Damage);
        Find(0);
        Assert.Null(Run.Damage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Line", "B")]
    public void The_expected_snapshot_mends_what_was_doubted_or_damaged(bool isDamaged)
    {
        Find(0, 1);
        if (isDamaged)
            Find(3);
        else
            Doubt();
        Assert.NotNull(Run.Damage);
        Find(Row(Run.NextSequence, RowKind.Snapshot));
        Assert.Null(Run.Damage);
    }

    [Fact]
    [Trait("Line", "C")]
    public void The_expected_row_behind_a_gap_with_room_for_another_run_may_be_that_run_s()
    {
        Find(0);
        Doubt(room: 4096);
        Find(1);
        Assert.Contains("sequence=1: the rows before it may be those of a run that was cleared", Run.Damage);
        Assert.False(Run.IsDoubt);
    }

    [Fact]
    [Trait("Line", "C")]
    public void The_room_of_two_gaps_counts_together_for_the_clear_may_be_in_one_and_row_0_in_the_other()
    {
        const int size = Frame.EntryHeader + Frame.HeadSize + 3;
        Find(0);
        Doubt(room: size);
        Doubt(room: size);
        Find(1);
        Assert.Contains("sequence=1: the rows before it may be those of a run that was cleared", Run.Damage);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(4096, true)]
    public void A_copy_of_which_only_the_head_is_there_tells_of_a_run_unless_that_may_have_been_begun_anew(
        int room,
        bool isDamaged
    )
    {
        Find(0);
        Doubt(room);
        var span = new LogSpan(8192, 92);
        _rebuild.Apply(new LogFact.Copy(Id, new CopyHead(1, 0, 0), 0, 1, span, 0));
        Assert.Equal(isDamaged, Run.Damage is not null);
        Assert.False(Run.IsDoubt);
    }

    [Fact]
    [Trait("Line", "D")]
    public void The_expected_row_of_a_sound_run_is_added()
    {
        Find(0, 1, 2);
        Assert.Equal((3, 2, null), (Run.NextSequence, Run.LastSequence, Run.Damage));
    }

    [Fact]
    [Trait("Line", "E")]
    public void The_expected_row_behind_a_small_gap_shows_that_the_gap_held_none_of_the_run()
    {
        Find(0, 1);
        Doubt();
        Assert.True(Run.IsDoubt);
        Find(2);
        Assert.Equal((3, null), (Run.NextSequence, Run.Damage));
    }

    [Fact]
    [Trait("Line", "F")]
    public void The_expected_row_of_a_damaged_run_does_not_mend_it()
    {
        Find(0, 2);
        Find(3);
        Assert.Contains("sequence=1: it is missing", Run.Damage);
        Assert.Equal(4, Run.NextSequence);
    }

    [Fact]
    [Trait("Line", "G")]
    public void A_snapshot_mends_whatever_was_before_it()
    {
        Find(0);
        Find(Row(7, RowKind.Snapshot));
        Assert.Equal((8, null), (Run.NextSequence, Run.Damage));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    [Trait("Line", "H")]
    public void Any_other_row_says_that_the_expected_one_is_missing(long sequence)
    {
        Find(0, 1);
        Find(sequence);
        Assert.Contains("sequence=2: it is missing", Run.Damage);
        Assert.Equal(sequence + 1, Run.NextSequence);
    }

    private RunEntry Run
    {
        get
        {
            Assert.True(_index.TryFind(Id, out var run));
            return run;
        }
    }

    private void Find(params long[] sequences)
    {
        foreach (var sequence in sequences)
            Find(Row(sequence, RowKind.StateEntered));
    }

    private void Find(FoundRow row) => _rebuild.Apply(new LogFact.Row(Id, row));

    private void Doubt(long room = 1) =>
        _rebuild.Apply(new LogFact.Gap(1000, 1000 + room, Run: null, "bytes are damaged"));

    private static FoundRow Row(long sequence, RowKind kind) =>
        new(
            new RowFacts(sequence, kind, RowStatus.OnItsWay, sequence, "A", 0, Ticks: 0),
            Fence: 1,
            new LogSpan(64 * (sequence + 1), 64)
        );
}
