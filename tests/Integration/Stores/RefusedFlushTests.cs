using Cano.Faster.Disks;
using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>The machine's own disk refuses a flush.</summary>
public sealed class RefusedFlushTests
{
    [Fact]
    [Trait("ID", "F40")]
    public void A_flush_that_the_system_refuses_is_told_with_its_reason()
    {
        if (!OperatingSystem.IsLinux())
            return;

        // A device that has nothing to flush says EINVAL.
        using var file = PhysicalDisk.Instance.Open("/dev/null", FileMode.Open);

        var refused = Assert.Throws<IOException>(file.Flush);

        Assert.Equal("cannot flush '/dev/null': Invalid argument", refused.Message);
        Assert.Equal(22, refused.HResult);
    }

    [Fact]
    [Trait("ID", "F54")]
    public void A_directory_that_cannot_be_flushed_is_told_with_the_reason()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var refused = Assert.Throws<IOException>(() => PhysicalDisk.Instance.FlushDirectory("/nowhere"));

        Assert.Equal("cannot flush '/nowhere': No such file or directory", refused.Message);
    }

    [Fact]
    [Trait("ID", "F54")]
    public async Task A_quota_that_is_used_up_is_told_as_a_full_disk_is()
    {
        var disk = new FaultDisk();
        await using var store = await JournalOnDisk.OpenOn(disk);
        disk.Add(new DiskFault(DiskFaultKind.NoQuota) { Call = DiskCall.Write });

        var text = await store.AppendRefusal("a", Rows.Entered(0), 1);

        Assert.Contains("Disk quota exceeded", text);
        Assert.Contains("free space on its disk and open it again", text);
    }
}
