using BenchmarkDotNet.Running;
using Cano.Benchmarks.Quick;

if (args is ["quick", .. var options])
    return await QuickMode.RunAsync(options, Console.Out);

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
