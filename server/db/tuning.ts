/**
 * For connections that only the pipeline uses; screens' questions need the other plans. The pipeline's statements touch few
 * rows by key, and are parsed once for each connection, often while the tables are still empty. A plan that reads a small
 * table whole would be kept while the table grows (measured: 17 times the cost after 10,000 rows), until statistics are
 * gathered. So these sessions go by index and do not compile.
 */
export const pipelineOptions = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";
