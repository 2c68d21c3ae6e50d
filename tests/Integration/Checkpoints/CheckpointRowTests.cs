namespace Cano.Integration.Checkpoints;

public sealed class CheckpointRowTests
{
    private static readonly CheckpointRow Full = Rows.Of(7, RowKind.StepCompleted, [1, 2, 3]) with
    {
        NextState = "Ship",
        WorkflowName = "orders",
        Data = new byte[] { 9 },
    };

    [Fact]
    public void Rows_compare_by_content()
    {
        var same = Full with { Payload = new byte[] { 1, 2, 3 } };

        Assert.Equal(Full, same);
        Assert.Equal(Full.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Full, Full with { Payload = new byte[] { 1, 2, 4 } });
        Assert.NotEqual(Full with { Payload = null }, Full with { Payload = Array.Empty<byte>() });
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
