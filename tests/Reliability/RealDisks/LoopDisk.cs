using System.Diagnostics;

namespace Cano.Reliability.RealDisks;

/// <summary>A file system in a file, on a memory that can run full: as long as it is full, the system cannot
/// write what is flushed. What the file holds is what a power failure leaves.</summary>
internal sealed class LoopDisk : IDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"cano-loop-{Guid.NewGuid():N}");
    private readonly Stack<string> _mounted = [];

    private LoopDisk() { }

    /// <summary>Where the file system is mounted.</summary>
    public string Mounted => Path.Combine(_root, "disk");

    private string Memory => Path.Combine(_root, "memory");

    private string Image => Path.Combine(Memory, "image");

    private string Filler => Path.Combine(Memory, "filler");

    private string Crowd => Path.Combine(Mounted, "crowd");

    /// <summary>Makes one of so many MiB; null where the machine does not allow it, and why.</summary>
    public static LoopDisk? TryMake(int mebibytes, out string? why)
    {
        var disk = new LoopDisk();
        why = disk.Make(mebibytes);
        if (why is null)
            return disk;
        disk.Dispose();
        return null;
    }

    /// <summary>From here on nothing more can be written: what is flushed fails.</summary>
    public void Fill() => Fill(Filler);

    /// <summary>There is room again.</summary>
    public void Empty() => File.Delete(Filler);

    /// <summary>From here on the file system has no space left: who writes is told so.</summary>
    public void TakeSpace() => Fill(Crowd);

    /// <summary>There is space again.</summary>
    public void GiveSpace() => File.Delete(Crowd);

    /// <summary>What a power failure leaves now: the file as it is, mounted elsewhere.</summary>
    public string AfterPowerLoss()
    {
        var name = $"after-{_mounted.Count}";
        var (image, mount) = (Path.Combine(_root, name + ".image"), Path.Combine(_root, name));
        File.Copy(Image, image);
        Directory.CreateDirectory(mount);
        Broken.Unless(
            Run("mount", "-o", "loop", image, mount) is null,
            "what the power failure left cannot be mounted"
        );
        _mounted.Push(mount);
        return mount;
    }

    public void Dispose()
    {
        while (_mounted.TryPop(out var mount))
            Run("umount", mount);
        try
        {
            Directory.Delete(_root, recursive: true);
        }
        catch (IOException)
        {
            // Something is mounted there still: the machine's next start clears it away.
        }
    }

    /// <summary>A file that takes all there is, to the last page of it.</summary>
    private static void Fill(string path)
    {
        using var filler = File.Create(path, bufferSize: 1);
        foreach (var size in new[] { 1 << 16, 1 << 10 })
        {
            var block = new byte[size];
            try
            {
                while (true)
                    filler.Write(block);
            }
            catch (IOException)
            {
                // It is full, or less than a block is left.
            }
        }
    }

    private string? Make(int mebibytes)
    {
        if (!OperatingSystem.IsLinux())
            return "there are no loop devices";
        Directory.CreateDirectory(Memory);
        Directory.CreateDirectory(Mounted);
        var size = $"size={2 * mebibytes}m";
        if (Run("mount", "-t", "tmpfs", "-o", size, "none", Memory) is { } noMemory)
            return noMemory;
        _mounted.Push(Memory);
        using (var image = File.Create(Image))
            image.SetLength((long)mebibytes << 20);
        const string whole = "nodiscard,lazy_itable_init=0,lazy_journal_init=0";
        if (Run("mkfs.ext4", "-q", "-F", "-E", whole, Image) is { } noFileSystem)
            return noFileSystem;
        FillHoles();
        if (Run("mount", "-o", "loop", Image, Mounted) is { } noLoop)
            return noLoop;
        _mounted.Push(Mounted);
        // Free space takes no memory: it is what the file system cannot write when the memory is full, and
        // its own records are what it can.
        return Run("fstrim", Mounted);
    }

    private void FillHoles()
    {
        var whole = File.ReadAllBytes(Image);
        using var image = File.OpenWrite(Image);
        image.Write(whole);
    }

    /// <summary>Null when it ended well, else what it said.</summary>
    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                }
            )!;
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"{program}: {said.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return $"{program}: {missing.Message}";
        }
    }
}
