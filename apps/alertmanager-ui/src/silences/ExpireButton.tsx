import { Button, Group, Popover, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement } from 'react';
import { useApi } from '../api/api-context';

/** Ends a silence, after asking. */
export function ExpireButton({ id }: { readonly id: string }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [isOpen, popover] = useDisclosure(false);
  const expire = useMutation({
    mutationFn: () => api.expireSilence(id),
    onSuccess: async () => {
      popover.close();
      await client.invalidateQueries();
    },
  });
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => (open ? popover.open() : popover.close())}
      position="bottom-end"
      withArrow
    >
      <Popover.Target>
        <Button size="compact-xs" variant="subtle" color="red" onClick={popover.toggle}>
          Expire
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" mb={8}>
          End this silence now? Alerts it holds back will be notified again.
        </Text>
        {expire.error !== null && (
          <Text size="sm" c="red" mb={8}>
            {expire.error.message}
          </Text>
        )}
        <Group gap={6} justify="flex-end">
          <Button size="compact-xs" variant="default" onClick={popover.close}>
            Keep it
          </Button>
          <Button size="compact-xs" color="red" loading={expire.isPending} onClick={() => expire.mutate()}>
            Expire it
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
