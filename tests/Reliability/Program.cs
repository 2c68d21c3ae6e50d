using Cano.Reliability;
using Cano.Reliability.Children;
using Cano.Reliability.Golden;

switch (args)
{
    case [Child.Verb, .. var task]:
        return await ChildLine.RunAsync(task);
    case ["golden", "write", var directory]:
        // Makes the golden journal of a new format, into a new directory of tests/Reliability/golden.
        await GoldenJournal.WriteAsync(directory);
        return 0;
    case ["golden", "write-moved", var directory]:
        await GoldenJournal.WriteMovedAsync(directory);
        return 0;
    default:
        return await CommandLine.RunAsync(args, Console.Out);
}
