using System.Text;

namespace Cano.Integration.Checkpoints;

public sealed class CheckpointRowTests
{
    private static readonly CheckpointRow Full = Rows.Of(7, RowKind.StepCompleted, [1, 2, 3]) with
    {
        NextState = "Ship",
        Start = RunStart.Now("orders", "Reserve", Rows.MadeAt(0), "abcdefghijklm"),
        StateData = new byte[] { 4 },
        NextStateData = Array.Empty<byte>(),
        Category = "task_execution",
        WakesAt = Rows.MadeAt(9),
        Data = new byte[] { 9 },
        Output = new StoredValue([5, 6], "Receipt"),
        Codec = "sealed",
        Span = new RunTrace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "cano=1"),
    };

    [Fact]
    public void Rows_compare_by_content()
    {
        var same = Full with { Payload = new byte[] { 1, 2, 3 } };

        Assert.Equal(Full, same);
        Assert.Equal(Full.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Full, Full with { Payload = new byte[] { 1, 2, 4 } });
        Assert.NotEqual(Full with { Payload = null }, Full with { Payload = Array.Empty<byte>() });
        Assert.NotEqual(Full, Full with { StateData = new byte[] { 5 } });
        Assert.NotEqual(Full, Full with { NextStateData = null });
        Assert.NotEqual(Full, Full with { WakesAt = null });
        Assert.NotEqual(Full, Full with { WrittenAt = null });
        Assert.NotEqual(Full, Full with { Span = new RunTrace(Full.Span!.Parent, null) });
        Assert.NotEqual(Full, Full with { Status = RowStatus.Completed });
        Assert.NotEqual(Full, Full with { WorkflowName = "other" });
    }

    [Fact]
    public void What_a_copy_says_is_absent_is_absent()
    {
        var bare = Full with
        {
            WrittenAt = null,
            WakesAt = null,
            Start = null,
            StateData = null,
            NextState = null,
            NextStateData = null,
            Category = null,
            Data = null,
            Payload = null,
            Output = null,
            Codec = null,
            Span = null,
        };

        Assert.Equal(
            new CheckpointRow
            {
                Sequence = 7,
                Kind = RowKind.StepCompleted,
                State = "Reserve",
                TaskName = "ReserveTask",
                WorkflowVersion = 3,
                Visit = 7,
            },
            bare
        );
    }

    [Fact]
    public void Instants_are_in_utc_whatever_offset_they_are_given_with()
    {
        var local = new DateTimeOffset(2026, 3, 29, 2, 30, 0, TimeSpan.FromHours(2));

        var row = Full with { WrittenAt = local, WakesAt = local };

        Assert.Equal(
            (TimeSpan.Zero, TimeSpan.Zero),
            (row.WrittenAt!.Value.Offset, row.WakesAt!.Value.Offset)
        );
        Assert.Equal(local, row.WrittenAt);
    }

    [Fact]
    public void A_row_that_was_given_no_status_has_the_one_that_its_kind_tells_of()
    {
        RowStatus StatusOf(RowKind kind) => Rows.Of(1, kind).Status;

        Assert.Equal(RowStatus.OnItsWay, StatusOf(RowKind.StateEntered));
        Assert.Equal(RowStatus.Waiting, StatusOf(RowKind.WaitStarted));
        Assert.Equal(RowStatus.RollingBack, StatusOf(RowKind.Compensated));
        Assert.Equal(RowStatus.Completed, StatusOf(RowKind.Finished));
        Assert.Equal(RowStatus.RollbackFailed, StatusOf(RowKind.RollbackFinished));
    }

    [Fact]
    public void A_row_of_every_kind_round_trips_through_its_bytes()
    {
        foreach (var kind in Enum.GetValues<RowKind>())
        {
            var row = Full with { Kind = kind };
            Assert.Equal(row, CheckpointRow.FromBytes(row.ToBytes()));
        }
    }

    /// <summary>What one build has written every later one reads: these bytes are as the page has them, and
    /// stay.</summary>
    [Fact]
    [Trait("ID", "R15")]
    public void A_span_is_field_7_of_its_row()
    {
        const string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        byte[] span = [(byte)(parent.Length + 1), .. Encoding.UTF8.GetBytes(parent), 7, .. "cano=1"u8];
        byte[] body = [2, 8, 4, 2, 2, 3, 5, .. "Done"u8, 1, 1, 7, (byte)(span.Length + 1), .. span];
        var row = new CheckpointRow
        {
            Sequence = 1,
            Kind = RowKind.Finished,
            WorkflowVersion = 3,
            Visit = 1,
            State = "Done",
            Span = new RunTrace(parent, "cano=1"),
        };
        Assert.Equal(body, row.ToBytes());
        Assert.Equal(row, CheckpointRow.FromBytes(body));
        // One that cannot be read is as none.
        body[^7] = 200;
        Assert.Null(CheckpointRow.FromBytes(body).Span);
    }

    [Fact]
    [Trait("ID", "E8")]
    public void Absent_bytes_stay_absent() =>
        Assert.Equal(Rows.Entered(0), CheckpointRow.FromBytes(Rows.Entered(0).ToBytes()));

    [Fact]
    [Trait("ID", "E7")]
    public void Damaged_bytes_are_refused_and_never_crash()
    {
        var bytes = Full.ToBytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            var refused = Assert.Throws<CanoException>(() => CheckpointRow.FromBytes(cut));
            Assert.Equal("checkpoint_store", refused.Error.Category);
            Assert.StartsWith("decode checkpoint row: ", refused.Error.Message);
        }
    }

    [Fact]
    public void A_kind_from_a_newer_version_is_refused()
    {
        var bytes = Full.ToBytes();
        bytes[1] = 77;

        var refused = Assert.Throws<CanoException>(() => CheckpointRow.FromBytes(bytes));

        Assert.Contains("kind 77 is unknown: a newer version of Cano wrote it", refused.Error.Message);
    }
}
