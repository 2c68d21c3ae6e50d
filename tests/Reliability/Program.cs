using Cano.Reliability;
using Cano.Reliability.Children;

return args is [Child.Verb, .. var task]
    ? await ChildLine.RunAsync(task)
    : await CommandLine.RunAsync(args, Console.Out);
