using Cano.Reliability;

return await CommandLine.RunAsync(args, Console.Out);
