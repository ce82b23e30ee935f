/** Where moto lags behind AWS, and no more than that: each is what AWS itself does. */
export const SHIMS = `
# A key may be named by its ARN.
from moto.kms.models import KmsBackend
schedule = KmsBackend.schedule_key_deletion
KmsBackend.schedule_key_deletion = lambda self, key_id, days: schedule(self, key_id.split("/")[-1], days)
# A cache that is deleted is gone in the end.
from moto.elasticache.models import ElastiCacheBackend
delete_cache = ElastiCacheBackend.delete_replication_group
def gone(self, replication_group_id, *args, **kwargs):
    group = delete_cache(self, replication_group_id, *args, **kwargs)
    del self.replication_groups[replication_group_id]
    return group
ElastiCacheBackend.delete_replication_group = gone
`;
