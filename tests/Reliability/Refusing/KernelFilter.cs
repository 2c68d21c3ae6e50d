using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Cano.Reliability.Refusing;

/// <summary>A filter of the Linux kernel on the system calls of this process that flush, lock and write to a
/// place of a file: each is handed to a thread of this process, which lets it go on or refuses it with a
/// number. It cannot be taken away again.</summary>
internal sealed class KernelFilter
{
    private const int NoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS
    private const int ModeFilter = 1; // SECCOMP_SET_MODE_FILTER

    /// <summary>For all threads, which tell which of them was refused; a listener; no signal disturbs a call
    /// that was handed over: TSYNC, TSYNC_ESRCH, NEW_LISTENER, WAIT_KILLABLE_RECV.</summary>
    private const int Flags = 1 | 16 | 8 | 32;

    private const uint Receive = 0xC0502100,
        Answer = 0xC0182101; // SECCOMP_IOCTL_NOTIF_RECV, _SEND

    private const int CallSize = 80,
        AnswerSize = 24;

    private const int SetOpenFileLock = 37; // F_OFD_SETLK

    private readonly int _listener;
    private readonly Numbers _numbers;

    private KernelFilter(int listener, Numbers numbers) => (_listener, _numbers) = (listener, numbers);

    /// <summary>The filter; null, and why, where the system gives none.</summary>
    public static KernelFilter? TryInstall(out string why)
    {
        if (!OperatingSystem.IsLinux() || Numbers.Here is not { } numbers)
        {
            why = "system calls are refused on Linux, on x64 and arm64";
            return null;
        }

        var program = Program(numbers);
        var code = Marshal.AllocHGlobal(program.Length);
        Marshal.Copy(program, 0, code, program.Length);
        var head = Marshal.AllocHGlobal(16);
        Marshal.WriteInt16(head, (short)(program.Length / 8));
        Marshal.WriteIntPtr(head, 8, code);
        Control(NoNewPrivileges, 1, 0, 0, 0);
        var listener = Call(numbers.Filter, ModeFilter, Flags, head);
        why = listener < 0 ? $"no filter: {Marshal.GetLastPInvokeErrorMessage()}" : "";
        Marshal.FreeHGlobal(code);
        Marshal.FreeHGlobal(head);
        return listener < 0 ? null : new((int)listener, numbers);
    }

    /// <summary>Hands each call to the function, which says with which number it is refused, or 0; until the
    /// process ends.</summary>
    public void Serve(Func<FilteredCall, int> answer)
    {
        var call = new byte[CallSize];
        var reply = new byte[AnswerSize];
        while (true)
        {
            call.AsSpan().Clear();
            if (Ask(_listener, Receive, call) != 0)
                continue;

            var number = BinaryPrimitives.ReadInt32LittleEndian(call.AsSpan(16));
            var file = BinaryPrimitives.ReadInt32LittleEndian(call.AsSpan(32));
            var refusal = answer(new(_numbers.KindOf(number), NameOf(file)));
            call.AsSpan(0, 8).CopyTo(reply);
            reply.AsSpan(8).Clear();
            BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(16), -refusal);
            BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(20), refusal == 0 ? 1 : 0);
            Ask(_listener, Answer, reply);
        }
    }

    private static string NameOf(int file) =>
        Path.GetFileName(new FileInfo($"/proc/self/fd/{file}").LinkTarget) ?? "";

    /// <summary>Hands over flushes, `pwrite`, `flock`, and `fcntl` where it locks; lets everything else go
    /// on.</summary>
    private static byte[] Program(Numbers numbers)
    {
        var program = new List<byte>();
        void Add(ushort code, byte isTrue, byte isFalse, uint value)
        {
            Span<byte> line = stackalloc byte[8];
            BinaryPrimitives.WriteUInt16LittleEndian(line, code);
            (line[2], line[3]) = (isTrue, isFalse);
            BinaryPrimitives.WriteUInt32LittleEndian(line[4..], value);
            program.AddRange(line);
        }

        const ushort load = 0x20,
            equals = 0x15,
            answer = 0x06;
        Add(load, 0, 0, 0); // the number of the call
        Add(equals, 6, 0, (uint)numbers.Flush);
        Add(equals, 5, 0, (uint)numbers.FlushData);
        Add(equals, 4, 0, (uint)numbers.Write);
        Add(equals, 3, 0, (uint)numbers.Lock);
        Add(equals, 0, 3, (uint)numbers.Control);
        Add(load, 0, 0, 24); // its second argument
        Add(equals, 0, 1, SetOpenFileLock);
        Add(answer, 0, 0, 0x7FC00000); // SECCOMP_RET_USER_NOTIF
        Add(answer, 0, 0, 0x7FFF0000); // SECCOMP_RET_ALLOW
        return [.. program];
    }

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static extern int Control(int option, nint first, nint second, nint third, nint fourth);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Call(nint number, nint mode, nint flags, nint program);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Ask(int file, nuint request, byte[] call);

    /// <summary>The numbers of system calls.</summary>
    private sealed record Numbers(int Filter, int Flush, int FlushData, int Write, int Lock, int Control)
    {
        public static Numbers? Here =>
            RuntimeInformation.ProcessArchitecture switch
            {
                Architecture.X64 => new(317, 74, 75, 18, 73, 72),
                Architecture.Arm64 => new(277, 82, 83, 68, 32, 25),
                _ => null,
            };

        public CallKinds KindOf(int number) =>
            number == Flush || number == FlushData ? CallKinds.Flush
            : number == Write ? CallKinds.Write
            : CallKinds.Lock;
    }
}
